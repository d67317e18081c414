using System.CommandLine;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate policy</c>: what a policy asks for, and what changes with another.</summary>
internal static class PolicyVerb
{
    public static Command Create(Tool tool) =>
        new("policy", "Checks a policy, or compares two.") { PolicyCheckVerb.Create(tool), PolicyDiffVerb.Create(tool) };
}
