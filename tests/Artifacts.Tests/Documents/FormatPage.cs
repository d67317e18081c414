using Loragate.Testing;

namespace Loragate.Documents;

/// <summary>Reads the parts of docs/formats that tests hold the code against.</summary>
internal static class FormatPage
{
    /// <summary>The refusals beyond the reference library: rows "| `Code` | `words of the message` | why |".</summary>
    public static IReadOnlyList<(string Code, string Words)> StricterRefusals() =>
        [.. Section("safetensors.v1.md", "## Refused beyond the reference library")
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|'))
            .Select(cells => (cells[1].Trim().Trim('`'), cells[2].Trim().Trim('`')))];

    /// <summary>The fenced blocks of one language.</summary>
    public static IReadOnlyList<string> Blocks(string page, string language)
    {
        var blocks = new List<string>();
        List<string>? open = null;
        foreach (var line in Lines(page))
        {
            if (open is null && line == "```" + language)
                open = [];
            else if (open is not null && line == "```")
            {
                blocks.Add(string.Join('\n', open));
                open = null;
            }
            else
            {
                open?.Add(line);
            }
        }
        return blocks;
    }

    public static IReadOnlyList<string> Lines(string page) => File.ReadAllLines(Repository.PathTo("docs", "formats", page));

    private static IEnumerable<string> Section(string page, string heading) =>
        Lines(page).SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));
}
