using System.Text.RegularExpressions;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

public sealed partial class UsageTests
{
    [Fact]
    public void The_help_of_every_verb_has_an_example()
    {
        var verbs = Leaves([]).ToList();
        Assert.Contains(["gate"], verbs);
        Assert.Contains(["ledger", "verify"], verbs);
        foreach (var verb in verbs)
        {
            var help = Executable.Must([.. verb, "--help"]).Output;
            Assert.Matches($@"Example:\s+loragate {string.Join(' ', verb)}\b", help);
        }
    }

    [Theory]
    [InlineData("gate", "gat", "--base", "b")]
    [InlineData("--base", "merge", "--bas", "b", "--adapter", "a", "--output", "o")]
    public void A_misspelt_word_is_met_with_the_right_one(string meant, params string[] arguments)
    {
        var result = Executable.Run(arguments);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains($"Did you mean one of the following?\n{meant}\n", result.Error);
    }

    [Theory]
    [InlineData]
    [InlineData("nonsense")]
    [InlineData("merge")]
    [InlineData("merge", "--base", "x")]
    [InlineData("inspect", "a", "--no-such-option")]
    [InlineData("keys", "new", "--type", "rsa", "--output", "x")]
    [InlineData("evaluate", "--model", "m", "--tasks", "t", "--output", "o", "--limit", "0")]
    [InlineData("evaluate", "--model", "m", "--tasks", "t", "--output", "o", "--limit", "ten")]
    [InlineData("gate", "--base", "b", "--adapter", "a", "--policy", "p", "--dossier", "d", "--ledger", "l")]
    [InlineData("gate", "--base", "b", "--adapter", "a", "--policy", "p", "--dossier", "d", "--device", "abacus")]
    [InlineData("merge", "--base", "b", "--adapter", "a=heavy", "--output", "o")]
    [InlineData("report", "--dossier", "d", "--output", "r.pdf", "--lang", "tlh")]
    [InlineData("gate", "--base", "b", "--adapter", "a", "--policy", "p", "--dossier", "d", "--certificate", "c")]
    [InlineData("gate", "--base", "b", "--adapter", "a", "--policy", "p", "--dossier", "d", "--key", "k", "--chain", "c")]
    [InlineData("verify", "f")]
    [InlineData("verify", "f", "--key", "k", "--roots", "r")]
    [InlineData("verify", "f", "--key", "k", "--at", "2026-01-01")]
    [InlineData("verify", "f", "--roots", "r", "--at", "yesterday")]
    [InlineData("verify", "f", "--key", "k", "--trust", "t")]
    [InlineData("gate", "--base", "b", "--adapter", "a", "--policy", "p", "--dossier", "d", "--author", "a")]
    [InlineData("gate", "--base", "b", "--adapter", "a", "--policy", "p", "--dossier", "d", "--trust", "t")]
    [InlineData("gate", "--base", "b", "--adapter", "a", "--policy", "p", "--dossier", "d", "--imported", "i", "--dtype", "keep")]
    [InlineData("approve", "--dossier", "d", "--key", "k", "--role", "r")]
    [InlineData("approve", "--dossier", "d", "--key", "k", "--role", "Two Words", "--trust", "t")]
    [InlineData("waive", "--dossier", "d", "--key", "k", "--rule", "r", "--trust", "t")]
    [InlineData("waive", "--dossier", "d", "--key", "k", "--cosign", "f", "--rule", "r", "--trust", "t")]
    [InlineData("train", "--base", "b", "--data", "d", "--steps", "1", "--learning-rate", "1", "--schedule", "7", "--output", "o")]
    [InlineData("policy", "check")]
    [InlineData("policy", "diff", "a")]
    [InlineData("report", "--dossier", "d", "--output", "r.pdf", "--vkey", "v")]
    [InlineData("keys", "new", "--type", "ed25519", "--output", "x", "--self-signed", "name")]
    [InlineData("keys", "new", "--type", "p256", "--output", "x", "--self-signed", "")]
    [InlineData("combine", "--adapter", "a", "--method", "nonsense", "--output", "o")]
    [InlineData("combine", "--adapter", "a", "--method", "svd", "--output", "o")]
    [InlineData("combine", "--adapter", "a", "--method", "cat", "--rank", "4", "--output", "o")]
    [InlineData("combine", "--adapter", "a", "--method", "ties", "--rank", "4", "--density", "2", "--output", "o")]
    [InlineData("extract", "--base", "b", "--tuned", "t", "--rank", "0", "--output", "o")]
    [InlineData("extract", "--base", "b", "--tuned", "t", "--rank", "4", "--uncaptured", "ignore", "--output", "o")]
    public void A_command_line_that_cannot_be_understood_is_a_usage_error(params string[] arguments)
    {
        var result = Executable.Run(arguments);
        Assert.Equal(64, result.ExitCode);
        Assert.NotEmpty(result.Error);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("gate", "--base", "b", "--adapter", "a", "--policy", "p", "--dossier", "d", "--no-such-option", "x")]
    [InlineData("verify", "f", "--key", "k", "--no-such-option")]
    [InlineData("sign", "f", "--key", "k", "--no-such-option")]
    [InlineData("ledger", "verify", "--ledger", "l", "--vkey", "v", "--no-such-option")]
    public void An_unknown_option_is_named_and_never_ignored(params string[] arguments)
    {
        var result = Executable.Run(arguments);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("--no-such-option", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named_with_advice()
    {
        using var temp = new TempFolder();
        var result = Executable.Run("gate", "--base", Executable.Base, "--adapter", temp.PathTo("nowhere"), "--policy", Executable.DemoPolicy, "--data", Executable.Samples, "--dossier", temp.PathTo("dossier"));
        Assert.Equal(4, result.ExitCode);
        Assert.Contains(temp.PathTo("nowhere"), result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inspect", "/nowhere")]
    [InlineData("merge", "--base", "/nowhere", "--adapter", "/nowhere", "--output", "/nowhere/out")]
    [InlineData("unmerge", "--merged", "/nowhere", "--output", "/nowhere/out")]
    [InlineData("combine", "--adapter", "/nowhere", "--method", "cat", "--output", "/nowhere/out")]
    [InlineData("extract", "--base", "/nowhere", "--tuned", "/nowhere", "--rank", "4", "--output", "/nowhere/out")]
    [InlineData("evaluate", "--model", "/nowhere", "--tasks", "/nowhere", "--output", "/nowhere/out", "--device", "cpu")]
    [InlineData("report", "--dossier", "/nowhere", "--output", "/nowhere/out.pdf")]
    [InlineData("sign", "/nowhere", "--key", "/nowhere")]
    [InlineData("verify", "/", "--key", "/nowhere")]
    [InlineData("keys", "show", "/nowhere")]
    [InlineData("ledger", "verify", "--ledger", "/nowhere", "--vkey", "/nowhere")]
    [InlineData("ledger", "show", "--ledger", "/nowhere", "--vkey", "/nowhere")]
    [InlineData("ledger", "audit", "--ledger", "/nowhere", "--vkey", "/nowhere", "--trust", "/nowhere")]
    [InlineData("approve", "--dossier", "/nowhere", "--key", "/nowhere", "--role", "reviewer", "--trust", "/nowhere")]
    [InlineData("waive", "--dossier", "/nowhere", "--key", "/nowhere", "--cosign", "/nowhere", "--trust", "/nowhere")]
    [InlineData("policy", "check", "/nowhere")]
    [InlineData("policy", "diff", "/nowhere", "/nowhere")]
    [InlineData("revoke", "/nowhere", "--reason", "x", "--key", "/nowhere", "--ledger", "/nowhere", "--ledger-key", "/nowhere", "--trust", "/nowhere")]
    [InlineData("status", "/nowhere", "--ledger", "/nowhere", "--vkey", "/nowhere", "--trust", "/nowhere")]
    public void What_is_not_there_is_malformed_input_and_never_an_internal_error(params string[] arguments)
    {
        var result = Executable.Run(arguments);
        Assert.True(result.ExitCode == 4, $"{result.ExitCode}: {result.Error}");
        Assert.Contains("/nowhere", result.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string[]> Leaves(string[] path)
    {
        var help = Executable.Must([.. path, "--help"]).Output;
        var commands = help.IndexOf("Commands:", StringComparison.Ordinal);
        if (commands < 0)
            return [path];
        return VerbName().Matches(help[commands..]).SelectMany(m => Leaves([.. path, m.Groups[1].Value]));
    }

    [GeneratedRegex(@"^  ([a-z][a-z-]*)", RegexOptions.Multiline)]
    private static partial Regex VerbName();
}
