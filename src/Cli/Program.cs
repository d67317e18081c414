using System.Runtime.InteropServices;
using Loragate.Cli;
using Loragate.Cli.Output;

// A file that meets "ulimit -f" is a fault to be told (SizeLimit), where the signal's own action would end the process without a word. It has the number 25 on Linux and macOS.
const int FileSizeSignal = 25;
using var fileSize = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)FileSizeSignal, signal => signal.Cancel = true);

return await CommandLine.RunAsync(new Tool(Screen.OfProcess(), TimeProvider.System), args);
