using System.Text.Json;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Safetensors;

namespace Loragate.Artifacts.Checkpoints;

/// <summary>
/// A Hugging Face model folder: <c>config.json</c> and either <c>model.safetensors</c> or shards named by
/// <c>model.safetensors.index.json</c>. Headers are read on opening, tensors by position when asked for.
/// </summary>
public sealed class Checkpoint : IDisposable
{
    /// <summary>The single-file name.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>The index of a sharded checkpoint.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    /// <summary>The model configuration.</summary>
    public const string ConfigFile = "config.json";

    /// <summary>What makes a folder an adapter of PEFT; known here for a hint alone.</summary>
    private const string AdapterConfigFile = "adapter_config.json";

    private const int MaxIndexBytes = 64 << 20;
    private const int MaxConfigBytes = 4 << 20;

    private readonly JsonDocument _config;

    private Checkpoint(string folder, JsonDocument config, byte[] configBytes, IReadOnlyList<SafetensorsFile> shards, bool isSharded)
    {
        Folder = folder;
        _config = config;
        ConfigBytes = configBytes;
        ConfigDigest = Digest.Of(configBytes);
        Shards = shards;
        IsSharded = isSharded;
        Tensors = shards.SelectMany(shard => shard.Header.Tensors.Select(info => new CheckpointTensor(info, shard)))
            .ToDictionary(t => t.Name, StringComparer.Ordinal);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The root object of <c>config.json</c>.</summary>
    public JsonElement Config => _config.RootElement;

    /// <summary>The bytes that <see cref="Config"/> was parsed from: the file is read once.</summary>
    public ReadOnlyMemory<byte> ConfigBytes { get; }

    /// <summary>SHA-256 of <see cref="ConfigBytes"/>.</summary>
    public Digest ConfigDigest { get; }

    /// <summary>The weight files, in file name order.</summary>
    public IReadOnlyList<SafetensorsFile> Shards { get; }

    /// <summary>Whether an index names the files.</summary>
    public bool IsSharded { get; }

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, CheckpointTensor> Tensors { get; }

    /// <summary>The <c>model_type</c> of the config, or an empty string.</summary>
    public string ModelType => Config.TryGetProperty("model_type", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString()! : "";

    /// <summary>Opens a checkpoint and checks its headers and index.</summary>
    /// <exception cref="CheckpointException">The folder is not a usable checkpoint.</exception>
    /// <exception cref="SafetensorsException">A weight file breaks its format.</exception>
    public static Checkpoint Open(string folder)
    {
        if (!Directory.Exists(folder))
            throw new CheckpointException(folder, "no such folder", "Give the path of a model folder.");
        var configPath = Path.Combine(folder, ConfigFile);
        if (!File.Exists(configPath))
            throw NoConfig(folder);
        var configBytes = ReadConfig(configPath);
        var config = StrictJson.Parse(configBytes, configPath);
        var shards = new List<SafetensorsFile>();
        try
        {
            if (config.RootElement.ValueKind != JsonValueKind.Object)
                throw new CheckpointException(configPath, "not a JSON object", "Restore the model's own config.");
            var isSharded = OpenShards(folder, shards);
            return new Checkpoint(folder, config, configBytes, shards, isSharded);
        }
        catch
        {
            shards.ForEach(s => s.Dispose());
            config.Dispose();
            throw;
        }
    }

    /// <summary>The tensor of that name.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public CheckpointTensor Tensor(string name) =>
        Tensors.GetValueOrDefault(name) ?? throw new CheckpointException(Folder, $"no tensor '{name}'", "Check that the weights belong to this config.");

    /// <summary>The files beside the weights (config, tokenizer …), top level only, in ordinal order.</summary>
    public IReadOnlyList<string> SideFiles()
    {
        var weights = Shards.Select(s => Path.GetFileName(s.Path)).Append(IndexFile).ToHashSet(StringComparer.Ordinal);
        return [.. new DirectoryInfo(Folder).EnumerateFiles().Where(f => f.LinkTarget is null).Select(f => f.Name).Where(n => !weights.Contains(n)).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in Shards)
            shard.Dispose();
        _config.Dispose();
    }

    private static CheckpointException NoConfig(string folder) =>
        new(
            folder,
            $"no {ConfigFile}{(File.Exists(Path.Combine(folder, AdapterConfigFile)) ? ": this is an adapter, not a model" : Nested.Hint(folder, ConfigFile))}",
            "Give the path of a Hugging Face model folder.");

    private static byte[] ReadConfig(string path)
    {
        PlainFile.CheckTarget(path);
        return new FileInfo(path).Length <= MaxConfigBytes
            ? File.ReadAllBytes(path)
            : throw new CheckpointException(path, $"larger than {MaxConfigBytes} bytes", "Restore the model's own config.");
    }

    private static bool OpenShards(string folder, List<SafetensorsFile> shards)
    {
        var single = Path.Combine(folder, SingleFile);
        var index = Path.Combine(folder, IndexFile);
        if (File.Exists(single) && File.Exists(index))
            throw new CheckpointException(folder, $"both {SingleFile} and {IndexFile}: readers differ in which one they load", "Remove the one that does not belong.");
        if (File.Exists(single))
        {
            shards.Add(SafetensorsFile.Open(single));
            return false;
        }
        if (!File.Exists(index))
            throw new CheckpointException(folder, NoWeights(folder), "Convert the weights with save_pretrained(safe_serialization=True).");

        var map = ReadIndex(index);
        foreach (var file in map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            shards.Add(OpenShard(folder, index, file, map));
        return true;
    }

    private static SafetensorsFile OpenShard(string folder, string index, string file, Dictionary<string, string> map)
    {
        var path = Path.Combine(folder, file);
        if (!File.Exists(path))
            throw new CheckpointException(index, $"names '{file}', which is missing", "Download the checkpoint again.");
        var shard = SafetensorsFile.Open(path);
        var inFile = shard.Header.Tensors.Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var inIndex = map.Where(p => p.Value == file).Select(p => p.Key).ToHashSet(StringComparer.Ordinal);
        if (inFile.SetEquals(inIndex))
            return shard;
        shard.Dispose();
        var odd = inIndex.Except(inFile).FirstOrDefault() is { } absent
            ? $"tensor '{absent}' is not in '{file}', where the index puts it"
            : $"tensor '{inFile.Except(inIndex).First()}' of '{file}' is not in the index";
        throw new CheckpointException(index, odd, "Download the checkpoint again.");
    }

    private static Dictionary<string, string> ReadIndex(string path)
    {
        using var document = StrictJson.ParseFile(path, MaxIndexBytes);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
            throw new CheckpointException(path, "no 'weight_map' object", "Download the checkpoint again.");
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in map.EnumerateObject())
        {
            var file = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
            if (file.Length == 0 || file != Path.GetFileName(file) || file.Contains('\\', StringComparison.Ordinal) || !file.EndsWith(".safetensors", StringComparison.Ordinal))
                throw new CheckpointException(path, $"tensor '{entry.Name}' is mapped to '{file}', which is no plain .safetensors file name", "Download the checkpoint again.");
            result.Add(entry.Name, file);
        }
        return result;
    }

    private static string NoWeights(string folder) =>
        Directory.EnumerateFiles(folder).Select(Path.GetFileName).FirstOrDefault(f => f!.EndsWith(".bin", StringComparison.Ordinal) || f.EndsWith(".pt", StringComparison.Ordinal)) is { } pickle
            ? $"the weights are a pickle ('{pickle}'), which can run code and is never loaded"
            : $"neither {SingleFile} nor {IndexFile}";
}
