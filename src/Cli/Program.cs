using System.CommandLine;
using System.CommandLine.Invocation;
using Loragate.Cli;
using Loragate.Cli.Output;
using Loragate.Cli.Verbs;

var tool = new Tool(Screen.OfProcess(), TimeProvider.System);
var root = new RootCommand("Decides, proves and documents whether a LoRA adapter may be released.")
{
    DemoVerb.Create(tool),
    InspectVerb.Create(tool),
    MergeVerb.Create(tool),
    UnmergeVerb.Create(tool),
    CombineVerb.Create(tool),
    ExtractVerb.Create(tool),
    VerifyMergeVerb.Create(tool),
    EvaluateVerb.Create(tool),
    GateVerb.Create(tool),
    ApproveVerb.Create(tool),
    WaiveVerb.Create(tool),
    KeysVerb.Create(tool),
    SignVerb.Create(tool),
    VerifyVerb.Create(tool),
    RevokeVerb.Create(tool),
    StatusVerb.Create(tool),
    ReportVerb.Create(tool),
    PublishVerb.Create(tool),
    PullVerb.Create(tool),
    LedgerVerb.Create(tool),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    using var faults = new StringWriter();
    if (parsed.Action is ParseErrorAction explain)
        (explain.ShowHelp, explain.ShowTypoCorrections) = (false, true);
    await parsed.InvokeAsync(new InvocationConfiguration { Output = faults, Error = faults });
    tool.Screen.Say(faults.ToString().Trim());
    tool.Screen.Say("See 'loragate --help' and 'loragate VERB --help'.");
    return ExitCode.Usage;
}
// Interrupted work clears up after itself; a process that ended before it had done so would leave half of its output.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
