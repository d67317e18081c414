using System.Text.RegularExpressions;
using Loragate.Governance.Policies;
using Loragate.Testing;

namespace Loragate.Architecture;

public sealed partial class DocumentTests
{
    public static TheoryData<string> Policies => [.. Directory.EnumerateFiles(Repository.PathTo("policies"), "*.yaml").Select(path => Path.GetFileName(path))];

    public static TheoryData<string> Documents =>
        [.. Directory.EnumerateFiles(Repository.Root, "*.md", SearchOption.AllDirectories).Where(Product.IsOurs).Select(path => Path.GetRelativePath(Repository.Root, path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_shipped_policy_parses_and_its_tasks_are_there(string file)
    {
        var policy = Policy.ReadFile(Repository.PathTo("policies", file));
        Assert.NotEmpty(policy.Rules);
        Assert.All(policy.Tasks.Keys, task => Assert.True(File.Exists(policy.PathOf(task)), task));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Every_control_that_a_shipped_policy_names_is_explained(string file)
    {
        var explained = File.ReadLines(Repository.PathTo("docs", "controls.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Split('|')[1].Trim()).ToHashSet();
        var rules = Policy.ReadFile(Repository.PathTo("policies", file)).Rules;
        Assert.All(rules, rule => Assert.NotEmpty(rule.Head.Controls));
        Offenders.None(rules.SelectMany(rule => rule.Head.Controls).Where(control => !explained.Contains(control)));
    }

    [Fact]
    public void Every_shipped_policy_is_on_the_page_that_tells_which_to_take()
    {
        var page = File.ReadAllText(Repository.PathTo("docs", "policies.md"));
        Offenders.None(Policies.Select(file => file.Data).Where(file => !page.Contains($"(../policies/{file})", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_of_a_document_resolves(string document)
    {
        var path = Repository.PathTo(document);
        var text = Fence().Replace(File.ReadAllText(path), "");
        var targets = Link().Matches(text).Select(match => match.Groups["target"].Value).Where(target => !Elsewhere().IsMatch(target));
        Offenders.None(targets.Where(target => !Resolves(path, target)));
    }

    private static bool Resolves(string document, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? document : Path.Combine(Path.GetDirectoryName(document)!, Uri.UnescapeDataString(parts[0]));
        return Path.Exists(file) && (parts.Length == 1 || !file.EndsWith(".md", StringComparison.Ordinal) || Anchors(file).Contains(parts[1]));
    }

    /// <summary>Headings as the usual renderers name them: lower case, words joined by hyphens, punctuation dropped.</summary>
    private static IEnumerable<string> Anchors(string file) =>
        Heading().Matches(Fence().Replace(File.ReadAllText(file), "")).Select(match => Punctuation().Replace(match.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)(\s+""[^""]*"")?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();

    [GeneratedRegex(@"^#+\s+(?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();
}
