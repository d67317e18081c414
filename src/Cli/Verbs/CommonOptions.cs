using System.CommandLine;

namespace Loragate.Cli.Verbs;

/// <summary>Options that mean the same in every verb.</summary>
internal static class CommonOptions
{
    public static Option<string> Base(bool required) => new("--base") { Description = "The base model's folder.", HelpName = "BASE", Required = required };

    public static Option<string> Output(string description) => new("--output") { Description = description, HelpName = "DIR", Required = true };

    public static Option<bool> Json() => new("--json") { Description = "Write the record to standard output as canonical JSON." };
}
