using System.Text.Json;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>One line of a reference file: lm-evaluation-harness's answer for one document.</summary>
internal sealed record ReferenceItem(int Id, IReadOnlyList<double> LogLikelihoods, string? Text)
{
    public static IReadOnlyList<ReferenceItem> Read(string path) => [.. File.ReadLines(path).Where(l => l.Length > 0).Select(Parse)];

    private static ReferenceItem Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var id = (root.TryGetProperty("doc_id", out var doc) ? doc : root.GetProperty("id")).GetInt32();
        if (root.TryGetProperty("loglikelihoods", out var several))
            return new ReferenceItem(id, [.. several.EnumerateArray().Select(v => v.GetDouble())], null);
        if (root.TryGetProperty("loglikelihood", out var one))
            return new ReferenceItem(id, [one.GetDouble()], null);
        return new ReferenceItem(id, [], (root.TryGetProperty("generated", out var text) ? text : root.GetProperty("output")).GetString());
    }
}
