using System.CommandLine;
using Loragate.Cli.Verbs;

namespace Loragate.Cli;

/// <summary>The whole command line. Making every verb takes longer than most of what a verb of a moment does, so where one is named only that one is made.</summary>
internal static class CommandLine
{
    private const string Description = "Decides, proves and documents whether a LoRA adapter may be released.";

    /// <summary>Every verb by its name, in the order of the help.</summary>
    internal static IReadOnlyList<(string Name, Func<Tool, Command> Create)> Verbs { get; } =
    [
        ("demo", DemoVerb.Create),
        ("inspect", InspectVerb.Create),
        ("merge", MergeVerb.Create),
        ("unmerge", UnmergeVerb.Create),
        ("combine", CombineVerb.Create),
        ("extract", ExtractVerb.Create),
        ("verify-merge", VerifyMergeVerb.Create),
        ("trial", TrialVerb.Create),
        ("recommend", RecommendVerb.Create),
        ("train", TrainVerb.Create),
        ("evaluate", EvaluateVerb.Create),
        ("equivalence", EquivalenceVerb.Create),
        ("measure", MeasureVerb.Create),
        ("probe", ProbeVerb.Create),
        ("contamination", ContaminationVerb.Create),
        ("policy", PolicyVerb.Create),
        ("gate", GateVerb.Create),
        ("approve", ApproveVerb.Create),
        ("waive", WaiveVerb.Create),
        ("keys", KeysVerb.Create),
        ("sign", SignVerb.Create),
        ("stamp", StampVerb.Create),
        ("verify", VerifyVerb.Create),
        ("revoke", RevokeVerb.Create),
        ("rollback", RollbackVerb.Create),
        ("status", StatusVerb.Create),
        ("report", ReportVerb.Create),
        ("publish", PublishVerb.Create),
        ("pull", PullVerb.Create),
        ("lineage", LineageVerb.Create),
        ("ledger", LedgerVerb.Create),
    ];

    /// <summary>Reads a command line.</summary>
    public static ParseResult Parse(Tool tool, string[] arguments)
    {
        var named = Verbs.Where(verb => arguments is [var first, ..] && verb.Name == first).ToList();
        var root = new RootCommand(Description);
        foreach (var (_, create) in named.Count > 0 ? named : Verbs)
            root.Subcommands.Add(create(tool));
        return root.Parse(arguments);
    }
}
