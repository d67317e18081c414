using Loragate.Artifacts;
using Loragate.Cli.Output;
using Loragate.MergeEngine.Devices;

namespace Loragate.Cli;

/// <summary>The one place where an exception becomes words and an exit code.</summary>
internal static class Failure
{
    /// <summary>Runs a verb and turns what it throws into its exit code.</summary>
    public static async Task<int> Guard(Screen screen, Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (Exception e)
        {
            return Report(screen, e);
        }
    }

    private static int Report(Screen screen, Exception exception)
    {
        var (code, text) = exception switch
        {
            OperationCanceledException => (ExitCode.Interrupted, "Interrupted; nothing half-written was left. Run the same command again: a gate, a training, a plan of trials, an evaluation, a merge and an unmerge go on where they were, other work starts over."),
            UsageException or DeviceException => (ExitCode.Usage, exception.Message),
            IntegrityException e => (ExitCode.Integrity, $"Integrity: {e.Message}. Do not use it before you know why."),
            MalformedInputException e => (ExitCode.Malformed, e.Message),
            TimeoutException e => (ExitCode.Malformed, $"{e.Message} Run the same command again when it is free."),
            FileNotFoundException { FileName: { } assembly } when assembly.Contains("Version=", StringComparison.Ordinal) =>
                (ExitCode.Internal, $"Internal error: {exception.Message}{Environment.NewLine}A part of loragate is not installed; install it again."),
            UnauthorizedAccessException or IOException => (ExitCode.Malformed, $"{exception.Message} Check the path, its permissions and the free space."),
            _ => (ExitCode.Internal, $"Internal error: {exception}{Environment.NewLine}This is a fault of loragate; please report it with the command line."),
        };
        screen.Say(text);
        return code;
    }
}
