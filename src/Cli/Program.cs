using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Loragate.Cli;
using Loragate.Cli.Output;

// A file that meets "ulimit -f" is a fault to be told (SizeLimit), where the signal's own action would end the process without a word. It has the number 25 on Linux and macOS.
const int FileSizeSignal = 25;
using var fileSize = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)FileSizeSignal, signal => signal.Cancel = true);

var tool = new Tool(Screen.OfProcess(), TimeProvider.System);
var parsed = CommandLine.Parse(tool, args);
if (parsed.Errors.Count > 0)
{
    using var faults = new StringWriter();
    if (parsed.Action is ParseErrorAction explain)
        (explain.ShowHelp, explain.ShowTypoCorrections) = (false, true);
    await parsed.InvokeAsync(new InvocationConfiguration { Output = faults, Error = faults });
    tool.Screen.Say(faults.ToString().Trim().Replace('\t', ' '));
    tool.Screen.Say("See 'loragate --help' and 'loragate VERB --help'.");
    return ExitCode.Usage;
}
// Interrupted work clears up after itself; a process that ended before it had done so would leave half of its output.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
