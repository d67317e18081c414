using System.Globalization;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Records;
using Loragate.EvalHarness.Evaluating;

namespace Loragate.EvalHarness.Exchange;

/// <summary>A folder that lm-evaluation-harness wrote for one model: a results file and a samples file a task.</summary>
public sealed class HarnessRun
{
    private const int MaxResultsBytes = 64 << 20;

    private readonly string _folder;
    private readonly IReadOnlyDictionary<string, string> _samples;

    private HarnessRun(string folder, string results, IReadOnlyDictionary<string, string> samples)
    {
        (_folder, _samples) = (folder, samples);
        var bytes = PlainFile.Read(results, MaxResultsBytes);
        ResultsDigest = Digest.Of(bytes);
        using var document = StrictJson.Parse(bytes, results);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("config", out var config) || config.ValueKind != JsonValueKind.Object)
            throw new ExchangeException(results, "no results of lm-evaluation-harness: it has no 'config'");
        Model = Text(config, "model") ?? throw new ExchangeException($"{results}: config.model", "the run does not say which kind of engine it used");
        ModelArguments = config.TryGetProperty("model_args", out var arguments) ? (arguments.ValueKind == JsonValueKind.String ? arguments.GetString()! : arguments.GetRawText()) : "";
        var type = Text(config, "model_dtype");
        Noise = EngineNoise.Of(type);
        Engine = new EngineInfo(
            Text(root, "loragate_version") is null ? "lm-evaluation-harness" : "loragate.evaluate",
            Text(root, "lm_eval_version") ?? Text(root, "loragate_version") ?? Text(root, "git_hash") ?? "unknown",
            $"{Model}/{type ?? "unknown"}",
            (Text(config, "device") ?? "unknown").Split(':')[0]);
    }

    /// <summary>SHA-256 of the results file.</summary>
    public Digest ResultsDigest { get; }

    /// <summary>Nats within which another engine may differ from the run's log-likelihoods, by the type that it names.</summary>
    internal double Noise { get; }

    /// <summary>The engine as the run names it.</summary>
    public EngineInfo Engine { get; }

    /// <summary>The kind of engine that the run names ("hf", "vllm" …).</summary>
    public string Model { get; }

    /// <summary>The model that the run names, as it does.</summary>
    public string ModelArguments { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="MalformedInputException">It holds no results file or several, two samples files of a task, or a results file that is not the harness's.</exception>
    public static HarnessRun Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
            throw new ExchangeException(folder, "there is no such folder");
        var results = Directory.GetFiles(folder, "results_*.json");
        if (results is not [var only])
            throw new ExchangeException(folder, $"{results.Length.ToString(CultureInfo.InvariantCulture)} results files (results_*.json) where one is expected");
        var samples = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(folder, "samples_*.jsonl").Order(StringComparer.Ordinal))
        {
            if (!samples.TryAdd(TaskOf(file), file))
                throw new ExchangeException(file, $"a second samples file of '{TaskOf(file)}' beside {Path.GetFileName(samples[TaskOf(file)])}");
        }
        return new HarnessRun(folder, only, samples);
    }

    /// <summary>Whether the run has answers to a task.</summary>
    public bool Has(string task) => _samples.ContainsKey(Sanitize(task));

    /// <summary>The samples file of a task.</summary>
    /// <exception cref="ExchangeException">There is none.</exception>
    internal string SamplesOf(string task) => _samples.GetValueOrDefault(Sanitize(task)) ?? throw new ExchangeException(_folder, $"no samples file of the task '{task}'");

    /// <summary>A name as the harness writes it into file names.</summary>
    internal static string Sanitize(string name) => string.Concat(name.Select(static c => char.IsLetterOrDigit(c) || c is '-' or '_' ? c : '_'));

    // samples_<task>_<date>.jsonl; the date has no underscore.
    private static string TaskOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file)["samples_".Length..];
        return name.LastIndexOf('_') is > 0 and var end ? name[..end] : name;
    }

    private static string? Text(JsonElement element, string key) =>
        element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
