using System.Text;
using System.Text.RegularExpressions;
using Loragate.Testing;

namespace Loragate.Cli;

/// <summary>The demo's policy with changes, in a folder of its own beside copies of its tasks.</summary>
internal static partial class TestPolicy
{
    /// <summary>The demo's policy without its pins, so that other data may be measured; each change is made once or the test fails.</summary>
    public static string Unpinned(TempFolder temp, params ReadOnlySpan<(string Old, string New)> changes) => Write(temp, Pins().Replace(Demo, ""), changes);

    /// <summary>The demo's policy with its pins.</summary>
    public static string Pinned(TempFolder temp, params ReadOnlySpan<(string Old, string New)> changes) => Write(temp, Demo, changes);

    private static string Demo => File.ReadAllText(Executable.DemoPolicy).Replace("../samples/tasks", "tasks", StringComparison.Ordinal);

    private static string Write(TempFolder temp, string policy, ReadOnlySpan<(string Old, string New)> changes)
    {
        foreach (var (old, @new) in changes)
        {
            Assert.Contains(old, policy, StringComparison.Ordinal);
            policy = policy.Replace(old, @new, StringComparison.Ordinal);
        }
        if (!Directory.Exists(temp.PathTo("policies", "tasks")))
            temp.Copy(Path.Combine(Executable.Samples, "tasks"), Path.Combine("policies", "tasks"));
        return temp.Write("policies/policy.yaml", Encoding.UTF8.GetBytes(policy));
    }

    [GeneratedRegex("    sha256: .*\n")]
    private static partial Regex Pins();
}
