using System.Text.RegularExpressions;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Testing;

namespace Loragate.Documents;

public sealed partial class FindingsPageTests
{
    [Fact]
    public void Every_finding_of_the_code_is_listed_with_its_severity_and_no_other()
    {
        var inCode = Directory.EnumerateFiles(Repository.PathTo("src", "MergeEngine"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(f => Found().Matches(File.ReadAllText(f)))
            .Select(m => (Id: m.Groups["id"].Value, Severity: (m.Groups["call"].Success ? m.Groups["call"].Value : m.Groups["severity"].Value).ToLowerInvariant()))
            .Distinct().Order().ToList();
        var listed = File.ReadAllLines(Repository.PathTo("docs", "findings.md"))
            .Where(l => l.StartsWith("| `", StringComparison.Ordinal))
            .Select(l => l.Split('|'))
            .Select(cells => (Id: cells[1].Trim().Trim('`'), Severity: cells[2].Trim()))
            .ToList();
        Assert.NotEmpty(inCode);
        Assert.Equal(inCode, listed.Order());
        Assert.Equal(listed.Select(l => l.Id).Order(StringComparer.Ordinal), listed.Select(l => l.Id));
        Assert.Equal(listed.Select(l => l.Id).Distinct(), Finding.Ids);
    }

    [GeneratedRegex("""(?<call>Block|Warn|Info)\("(?<id>[a-z0-9-]+)"|new Finding\("(?<id>[a-z0-9-]+)", Severity\.(?<severity>[A-Za-z]+)""")]
    private static partial Regex Found();
}
