using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Combining;

/// <summary>
/// An adapter that is to be written as PEFT writes one: a canonical config (RFC 8785) whose alpha is the rank, so that s = 1, and the
/// factors. Ranks that differ stand in rank_pattern and alpha_pattern, one anchored expression a module.
/// </summary>
internal sealed record AdapterDraft
{
    /// <summary>base_model_name_or_path.</summary>
    public required string? BaseModel { get; init; }

    /// <summary>task_type.</summary>
    public required string? TaskType { get; init; }

    /// <summary>fan_in_fan_out, which PEFT overrules by the module's kind.</summary>
    public bool FanInFanOut { get; init; }

    /// <summary>Whether the scale is α/√r = √r.</summary>
    public bool UseRslora { get; init; }

    /// <summary>target_modules.</summary>
    public required IReadOnlyList<string> TargetNames { get; init; }

    /// <summary>The type of the factors.</summary>
    public required DType FactorType { get; init; }

    /// <summary>The modules by path; at least one.</summary>
    public required IReadOnlyList<DraftModule> Modules { get; init; }

    /// <summary>modules_to_save: modules that are replaced whole.</summary>
    public IReadOnlyList<string> Replaced { get; init; } = [];

    /// <summary>The tensors of the replaced modules, by their names in the model.</summary>
    public IReadOnlyDictionary<string, CheckpointTensor> ReplacedTensors { get; init; } = new Dictionary<string, CheckpointTensor>();

    /// <summary>ensure_weight_tying: a replaced embedding is the tied head as well.</summary>
    public bool EnsureWeightTying { get; init; }

    private int Rank => Modules.Max(m => m.Rank);

    /// <summary>Writes config and weights and names both.</summary>
    public IReadOnlyList<FileEntry> Write(OutputFolder output, CancellationToken cancellationToken)
    {
        output.Write(AdapterConfig.FileName, CanonicalJson.Serialize(Config(), JsonSerializerOptions.Default));
        WriteWeights(Path.Combine(output.Path, PeftAdapter.WeightsFile), cancellationToken);
        return [Entry(output, AdapterConfig.FileName, cancellationToken), Entry(output, PeftAdapter.WeightsFile, cancellationToken)];
    }

    private JsonObject Config()
    {
        var odd = Modules.Where(m => m.Rank != Rank).Select(m => KeyValuePair.Create("^" + Regex.Escape(m.Path), (JsonNode?)m.Rank)).ToList();
        var config = new JsonObject
        {
            ["alpha_pattern"] = new JsonObject(odd.Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone()))),
            ["base_model_name_or_path"] = BaseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = FanInFanOut,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["lora_alpha"] = Rank,
            ["lora_dropout"] = 0,
            ["modules_to_save"] = Replaced.Count == 0 ? null : new JsonArray([.. Replaced.Select(m => (JsonNode)m)]),
            ["peft_type"] = "LORA",
            ["r"] = Rank,
            ["rank_pattern"] = new JsonObject(odd),
            ["target_modules"] = new JsonArray([.. TargetNames.Select(n => (JsonNode)n)]),
            ["task_type"] = TaskType,
            ["use_dora"] = false,
            ["use_rslora"] = UseRslora,
        };
        if (EnsureWeightTying)
            config["ensure_weight_tying"] = true;
        return config;
    }

    private void WriteWeights(string path, CancellationToken cancellationToken)
    {
        var plans = Modules.SelectMany(m => new[] { Plan(m, "lora_A", m.A), Plan(m, "lora_B", m.B) })
            .Concat(ReplacedTensors.Select(t => new TensorPlan(AdapterKey.Prefix + t.Key, t.Value.Info.DType, t.Value.Info.Shape)));
        using var writer = SafetensorsWriter.Create(path, plans, new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var module in Modules)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(Name(module, "lora_A"), 0, module.A.Bytes);
            writer.Write(Name(module, "lora_B"), 0, module.B.Bytes);
        }
        foreach (var (name, tensor) in ReplacedTensors)
            Copy(tensor, writer, AdapterKey.Prefix + name, cancellationToken);
        writer.Flush();
    }

    private static void Copy(CheckpointTensor tensor, SafetensorsWriter writer, string name, CancellationToken cancellationToken)
    {
        var block = new byte[Math.Min(4 << 20, tensor.Info.Length)];
        for (var offset = 0L; offset < tensor.Info.Length; offset += block.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var part = block.AsSpan(0, (int)Math.Min(block.Length, tensor.Info.Length - offset));
            tensor.Read(offset, part);
            writer.Write(name, offset, part);
        }
    }

    private TensorPlan Plan(DraftModule module, string factor, StoredFactor stored) =>
        new(Name(module, factor), FactorType, [stored.Values.Rows, stored.Values.Columns]);

    private static string Name(DraftModule module, string factor) => $"{AdapterKey.Prefix}{module.Path}.{factor}.weight";

    private static FileEntry Entry(OutputFolder output, string name, CancellationToken cancellationToken)
    {
        var path = Path.Combine(output.Path, name);
        return new FileEntry(name, new FileInfo(path).Length, Digest.OfFile(path, cancellationToken));
    }
}
