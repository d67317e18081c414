using Loragate.Testing;

namespace Loragate.Governance.Signing;

/// <summary>The examples of a page in docs/formats: fenced blocks by the words behind the fence.</summary>
internal static class FormatPage
{
    /// <summary>All examples of a kind, in their order.</summary>
    public static IReadOnlyList<string> Examples(string page, string block) =>
        [.. File.ReadAllText(Repository.PathTo("docs", "formats", page)).Split($"```{block}\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)])];

    public static string Example(string page, string block)
    {
        var text = File.ReadAllText(Repository.PathTo("docs", "formats", page));
        var start = text.IndexOf($"```{block}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{page} has no block '{block}'.");
        start += block.Length + 4;
        return text[start..text.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
