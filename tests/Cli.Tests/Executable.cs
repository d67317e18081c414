using System.Diagnostics;
using Loragate.Testing;

namespace Loragate.Cli;

/// <summary>The real program, as a process of its own.</summary>
internal static class Executable
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "loragate.dll");

    public static string Samples { get; } = Path.Combine(AppContext.BaseDirectory, "samples");

    public static string Base { get; } = Path.Combine(Samples, "base");

    public static string DemoPolicy { get; } = Path.Combine(AppContext.BaseDirectory, "policies", "demo.yaml");

    public static string Adapter(string name) => Path.Combine(Samples, "adapters", name);

    public static ShellResult Run(params string[] arguments) => Shell.Run("dotnet", AppContext.BaseDirectory, [Assembly, .. arguments]);

    /// <summary>Runs a command line that can write no file beyond a size, which stands for the end of the disk.</summary>
    /// <param name="kibibytes">The size. What the runtime itself writes is below it.</param>
    /// <param name="arguments">The command line.</param>
    public static ShellResult RunOnSmallDisk(int kibibytes, params string[] arguments) => Shell.Run(
        "bash", AppContext.BaseDirectory, ["-c", $"ulimit -f {kibibytes}; DOTNET_EnableWriteXorExecute=0 exec dotnet loragate.dll {string.Join(' ', arguments.Select(part => $"'{part}'"))}"]);

    /// <summary>Runs a command line that has to end well.</summary>
    public static ShellResult Must(params string[] arguments)
    {
        var result = Run(arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)} ended with {result.ExitCode}: {result.Error}");
        return result;
    }

    /// <summary>Starts a command line that a test will disturb.</summary>
    public static RunningTool Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            WorkingDirectory = AppContext.BaseDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new RunningTool(Process.Start(start)!);
    }
}
