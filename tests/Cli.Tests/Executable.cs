using System.Diagnostics;
using System.Text;
using Loragate.Cli.Output;
using Loragate.Testing;

namespace Loragate.Cli;

/// <summary>The real program: all of it but the process in most tests, and a process of its own where a test is about one.</summary>
internal static class Executable
{
    private static readonly string Assembly = Path.Combine(AppContext.BaseDirectory, "loragate.dll");

    public static string Samples { get; } = Path.Combine(AppContext.BaseDirectory, "samples");

    public static string Base { get; } = Path.Combine(Samples, "base");

    public static string DemoPolicy { get; } = Path.Combine(AppContext.BaseDirectory, "policies", "demo.yaml");

    public static string Adapter(string name) => Path.Combine(Samples, "adapters", name);

    /// <summary>Runs a command line to its end, in this process: a new one would take a second to warm up.</summary>
    public static ShellResult Run(params string[] arguments)
    {
        using var error = new StringWriter();
        using var output = new MemoryStream();
        var tool = new Tool(Screen.To(TextWriter.Synchronized(error), output), TimeProvider.System);
        var code = Task.Run(() => CommandLine.RunAsync(tool, arguments)).GetAwaiter().GetResult();
        return new ShellResult(code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>Runs a command line to its end, in a process of its own.</summary>
    public static ShellResult RunProcess(params string[] arguments) => Shell.Run("dotnet", AppContext.BaseDirectory, [Assembly, .. arguments]);

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
