using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Deciding;
using Loragate.Governance.Policies;

namespace Loragate.Governance.Tests.Deciding;

internal static class SampleEvidence
{
    public static readonly DateOnly Day = new(2026, 7, 1);

    public static readonly Digest BaseWeights = DigestOf("base weights");
    public static readonly Digest MergedWeights = DigestOf("merged weights");
    private static readonly AdapterIdentity Adapter = new("adapter", DigestOf("adapter"), [new FileEntry("adapter_config.json", 1, DigestOf("c"))]);

    public static Digest DigestOf(string text) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(text));

    public static Run Run(int age = 0) => new(new DateTimeOffset(Day.AddDays(-age), new TimeOnly(12, 0), TimeSpan.Zero), "0", "host", "os", 1);

    public static FiledRecord<Inspection> Inspection(params Finding[] findings) =>
        new("inspection.json", new Inspection(new EngineInfo("loragate.inspect", "0", "1", "cpu"), Adapter, null, "LORA", null, findings, []));

    public static FiledRecord<MergeReceipt> Receipt(double lost = 0.01, double update = 1, bool undo = true, double weight = 1, string? adapter = null, Fidelity? fidelity = null) =>
        new("merge.json", new MergeReceipt(
            new EngineInfo("loragate.merge", "0", "canonical/1", "cpu"),
            new CheckpointIdentity("base", DigestOf("config"), BaseWeights),
            [new AppliedAdapter(adapter is null ? Adapter : Adapter with { Digest = DigestOf(adapter) }, weight)],
            "keep",
            [],
            new CheckpointIdentity("merged", DigestOf("config"), MergedWeights),
            [new MergedTensor("w", "m", "lora", 8, 2, DigestOf("before"), DigestOf("after"), fidelity ?? new Fidelity(10, 0, update, 10, lost), null)],
            [new FileEntry("tokenizer.json", 1, DigestOf("tokenizer"))],
            undo ? new FileEntry("undo", 1, DigestOf("undo")) : null));

    public static FiledRecord<EvaluationReport> Report(string task, bool isBase, IReadOnlyList<EvaluatedItem> items, int? limit = null, int? rows = null, TaskPin? pin = null) =>
        new($"{(isBase ? "base" : "candidate")}/{task}.json", new EvaluationReport(
            new EngineInfo("loragate.evaluate", "0", "float32/1", "cpu"),
            new EvaluatedModel(isBase ? BaseWeights : MergedWeights, DigestOf("config"), Receipt().Record.TokenizerDigest()!.Value),
            new EvaluatedTask(task, pin?.Task ?? DigestOf(task), pin?.Data ?? DigestOf(task + " data"), "multiple_choice", rows ?? items.Count, limit, []),
            items,
            [],
            [],
            [],
            []));

    public static EvaluatedItem Item(int id, string metric, double score, IReadOnlyDictionary<string, string>? fields = null) =>
        new(id, [], [], null, new Dictionary<string, double> { [metric] = score }, null, fields);

    /// <summary>Rows as lm-evaluation-harness's scores lie on disk, with the columns of the data file as fields.</summary>
    public static IReadOnlyList<EvaluatedItem> ItemsFrom(string scores, string? data)
    {
        var fields = data is null ? null : File.ReadLines(data).Select(Columns).ToList();
        return [.. File.ReadLines(scores).Select((line, i) => FromRow(line, i, fields?[i]))];
    }

    private static EvaluatedItem FromRow(string line, int index, IReadOnlyDictionary<string, string>? fields)
    {
        using var document = JsonDocument.Parse(line);
        var row = document.RootElement;
        double[] logLikelihoods = row.TryGetProperty("loglikelihood", out var one)
            ? [one.GetDouble()]
            : [.. row.GetProperty("loglikelihoods").EnumerateArray().Select(value => value.GetDouble())];
        string[] others = ["doc_id", "id", "loglikelihood", "words", "bytes"];
        var metrics = row.EnumerateObject()
            .Where(property => property.Value.ValueKind == JsonValueKind.Number && !others.Contains(property.Name))
            .ToDictionary(property => property.Name, property => property.Value.GetDouble());
        return new EvaluatedItem(index, logLikelihoods, [], null, metrics, null, fields);
    }

    private static Dictionary<string, string> Columns(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.EnumerateObject()
            .Where(property => property.Value.ValueKind == JsonValueKind.String)
            .ToDictionary(property => property.Name, property => property.Value.GetString()!);
    }
}
