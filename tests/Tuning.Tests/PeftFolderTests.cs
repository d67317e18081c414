using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models;
using Loragate.Testing;
using Loragate.Tuning.Methods;

namespace Loragate.Tuning;

/// <summary>What the trainer saves against what PEFT saved for the same settings on the same base: names, shapes and types of tensors, keys and values of the config.</summary>
public sealed class PeftFolderTests : IDisposable
{
    /// <summary>What our trainer leaves to others: an adapter that has any of it is none that it would make.</summary>
    private static readonly string[] Foreign =
        ["modules_to_save", "target_parameters", "trainable_token_indices", "exclude_modules", "layers_pattern", "alora_invocation_tokens", "lora_bias", "layer_replication"];

    /// <summary>The fields of PEFT's PromptTuningConfig and the classes above it (peft/config.py, peft/tuners/prompt_tuning/config.py); it warns of others.</summary>
    private static readonly string[] PromptFields =
    [
        "auto_mapping", "base_model_name_or_path", "inference_mode", "modules_to_save", "num_attention_heads", "num_layers", "num_transformer_submodules", "num_virtual_tokens", "peft_type", "peft_version",
        "prompt_tuning_init", "prompt_tuning_init_text", "revision", "task_type", "token_dim", "tokenizer_kwargs", "tokenizer_name_or_path",
    ];

    private readonly TempFolder _temp = new();

    public static TheoryData<string> Adapters =>
    [
        .. SharedFolder.Folders("vectors", "merge").Where(name => name.EndsWith(".float32", StringComparison.Ordinal)).Select(name => $"merge/{name}/adapter")
            .Concat(SharedFolder.Folders("vectors", "train").Select(name => $"train/{name}/final")).Where(IsOfOurKind),
    ];

    [Theory(SkipTestWithoutData = true)]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    [MemberData(nameof(Adapters))]
    public void A_low_rank_adapter_has_the_tensors_and_the_config_that_PEFT_gives_it(string name)
    {
        using var theirs = PeftAdapter.Open(SharedFolder.PathTo("vectors", name));
        using var checkpoint = Checkpoint.Open(BaseOf(name));
        using var model = LanguageModel.Load(checkpoint, Precision.Float32, TorchSharp.torch.CPU, CancellationToken.None);
        using var tuned = MethodOf(theirs.Config).Start(model, 0);
        using var ours = PeftAdapter.Open(Save(tuned, checkpoint));
        Assert.Equal(Tensors(theirs.Weights), Tensors(ours.Weights));
        var expected = ConfigOf(theirs.Folder);
        foreach (var (key, value) in ConfigOf(ours.Folder).Where(p => p.Key is not ("base_model_name_or_path" or "init_lora_weights")))
        {
            Assert.True(expected.ContainsKey(key), key);
            Assert.True(JsonNode.DeepEquals(Ordered(value), Ordered(expected[key])), $"{key}: {value?.ToJsonString()} where PEFT has {expected[key]?.ToJsonString()}");
        }
    }

    [Fact]
    public void A_tuned_prompt_has_the_one_tensor_and_only_fields_that_PEFT_knows()
    {
        using var checkpoint = Checkpoint.Open(Sample.Base);
        using var model = LanguageModel.Load(checkpoint, Precision.Float32, TorchSharp.torch.CPU, CancellationToken.None);
        using var tuned = new PromptMethod { Tokens = 5 }.Start(model, 0);
        using var ours = PeftAdapter.Open(Save(tuned, checkpoint));
        Assert.Equal([$"prompt_embeddings F32 [5, {model.TokenTable.shape[1]}]"], Tensors(ours.Weights));
        var config = ConfigOf(ours.Folder);
        Assert.Empty(config.Select(p => p.Key).Except(PromptFields));
        Assert.Equal((5, (int)model.TokenTable.shape[1], 1), ((int)config["num_virtual_tokens"]!, (int)config["token_dim"]!, (int)config["num_transformer_submodules"]!));
        Assert.Equal(("PROMPT_TUNING", "CAUSAL_LM", true), ((string)config["peft_type"]!, (string)config["task_type"]!, (bool)config["inference_mode"]!));
    }

    public void Dispose() => _temp.Dispose();

    private string Save(TunedModel tuned, Checkpoint checkpoint)
    {
        using var output = OutputFolder.Create(_temp.PathTo("ours"));
        tuned.Save(checkpoint, output, CancellationToken.None);
        output.Commit();
        return _temp.PathTo("ours");
    }

    private static LoraMethod MethodOf(AdapterConfig config) => new()
    {
        Rank = config.Rank,
        Alpha = config.Alpha,
        UseDora = config.UseDora,
        UseRslora = config.UseRslora,
        Targets = config.Targets.Names!,
        Layers = config.Targets.Layers,
        RankPattern = config.RankPattern,
        AlphaPattern = config.AlphaPattern,
    };

    private static bool IsOfOurKind(string name)
    {
        var file = SharedFolder.PathTo("vectors", name, AdapterConfig.FileName);
        if (!File.Exists(file))
            return false;
        var config = ConfigOf(Path.GetDirectoryName(file)!);
        return (string?)config["peft_type"] == "LORA" && (string?)config["bias"] == "none" && config["target_modules"] is JsonArray targets
            && !targets.Any(t => (string)t! is "embed_tokens" or "wte" or "embed_in") && Foreign.All(key => config[key] is null or JsonArray { Count: 0 } || config[key]!.GetValueKind() == JsonValueKind.False);
    }

    private static string BaseOf(string name) => name.StartsWith("train/", StringComparison.Ordinal)
        ? Related(SharedFolder.PathTo("vectors", name, ".."), "steps.json", SharedFolder.PathTo("vectors", "train"))
        : Related(SharedFolder.PathTo("vectors", name, ".."), "case.json", SharedFolder.PathTo("vectors", name, ".."));

    private static string Related(string folder, string file, string from) => Path.GetFullPath(Path.Combine(from, (string)JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, file)))!["base"]!));

    private static JsonObject ConfigOf(string folder) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, AdapterConfig.FileName)))!.AsObject();

    /// <summary>PEFT's target_modules are a set, in no order.</summary>
    private static JsonNode? Ordered(JsonNode? value) =>
        value is JsonArray list ? new JsonArray([.. list.Select(item => item!.ToJsonString()).Order(StringComparer.Ordinal).Select(text => JsonNode.Parse(text))]) : value;

    /// <summary>Copies of the base's embeddings and head, which PEFT saves beside factors of them, are the base's and no result of training.</summary>
    private static IEnumerable<string> Tensors(SafetensorsFile file) => file.Header.Tensors.Where(t => !t.Name.Contains(".base_layer.", StringComparison.Ordinal)).Select(t => $"{t.Name} {t.DType} [{string.Join(", ", t.Shape)}]").Order(StringComparer.Ordinal);
}
