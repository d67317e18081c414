using System.CommandLine;
using System.CommandLine.Invocation;
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

    /// <summary>Reads a command line, does what it says and returns the exit code.</summary>
    public static async Task<int> RunAsync(Tool tool, string[] arguments)
    {
        var parsed = Parse(tool, arguments);
        using var texts = new StringWriter();
        // Interrupted work clears up after itself; a process that ended before it had done so would leave half of its output.
        var invocation = new InvocationConfiguration { Output = texts, Error = texts, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
        if (parsed.Errors.Count > 0)
        {
            if (parsed.Action is ParseErrorAction explain)
                (explain.ShowHelp, explain.ShowTypoCorrections) = (false, true);
            await parsed.InvokeAsync(invocation);
            tool.Screen.Say(texts.ToString().Trim().Replace('\t', ' '));
            tool.Screen.Say("See 'loragate --help' and 'loragate VERB --help'.");
            return ExitCode.Usage;
        }
        var code = await parsed.InvokeAsync(invocation);
        if (texts.ToString().TrimEnd() is not { Length: > 0 } text)
            return code;
        // A help or a version, which was asked for: the verbs write to the screen themselves.
        return await Failure.Guard(tool.Screen, () =>
        {
            tool.Screen.Emit(text);
            return Task.FromResult(code);
        });
    }
}
