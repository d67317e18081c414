using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Safetensors;

namespace Loragate.Artifacts.Adapters;

/// <summary>An adapter folder as PEFT saves it, open for reading: config, weights and the identity of every file.</summary>
public sealed class PeftAdapter : IDisposable
{
    /// <summary>The weights' name in the adapter folder.</summary>
    public const string WeightsFile = "adapter_model.safetensors";

    private const int MaxConfigBytes = 1 << 20;

    private PeftAdapter(string folder, AdapterConfig config, SafetensorsFile weights, AdapterIdentity identity)
    {
        Folder = folder;
        Config = config;
        Weights = weights;
        Identity = identity;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The parsed config.</summary>
    public AdapterConfig Config { get; }

    /// <summary>The open weights.</summary>
    public SafetensorsFile Weights { get; }

    /// <summary>The adapter by content: every file of the folder.</summary>
    public AdapterIdentity Identity { get; }

    /// <summary>Opens a folder, parses its config and header, and hashes every file in it.</summary>
    /// <exception cref="AdapterException">The folder is no adapter.</exception>
    /// <exception cref="FolderException">The folder holds links or special files.</exception>
    /// <exception cref="SafetensorsException">The weights break their format.</exception>
    public static PeftAdapter Open(string folder, CancellationToken cancellationToken = default)
    {
        var configPath = Path.Combine(folder, AdapterConfig.FileName);
        // Asked before anything is hashed: a model folder given by mistake is large.
        if (Directory.Exists(folder) && new FileInfo(configPath) is { Exists: false, LinkTarget: null })
            throw NoConfig(folder);
        var manifest = FolderManifest.Read(folder, cancellationToken);
        if (new FileInfo(configPath).Length > MaxConfigBytes)
            throw new AdapterException(configPath, $"larger than {MaxConfigBytes} bytes", "Save the adapter again with PEFT's save_pretrained.");
        var configBytes = File.ReadAllBytes(configPath);
        if (Digest.Of(configBytes) != manifest.Files.First(f => f.Path == AdapterConfig.FileName).Sha256)
            throw new AdapterException(configPath, "was changed while it was opened", "Leave the adapter alone and try again.");
        var config = AdapterConfig.Parse(configBytes, configPath);
        var weightsPath = Path.Combine(folder, WeightsFile);
        if (!File.Exists(weightsPath))
        {
            throw File.Exists(Path.Combine(folder, "adapter_model.bin"))
                ? new AdapterException(folder, "the weights are a pickle (adapter_model.bin), which can run code and is never loaded", "Save the adapter with safe_serialization=True.")
                : new AdapterException(folder, $"no {WeightsFile}", "Give the path of a folder that PEFT's save_pretrained wrote.");
        }
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return new PeftAdapter(folder, config, SafetensorsFile.Open(weightsPath), new AdapterIdentity(name, manifest.Digest, manifest.Files));
    }

    /// <summary>Proves, through the handle that factors are read by, that the open weights are the ones of the identity.</summary>
    /// <exception cref="IntegrityException">They were changed or replaced after they were hashed.</exception>
    public void CheckWeights(CancellationToken cancellationToken = default)
    {
        var expected = Identity.Files.First(f => f.Path == WeightsFile).Sha256;
        if (Weights.ComputeDigest(cancellationToken) is var found && found != expected)
            throw new IntegrityException(Weights.Path, $"was changed while it was read: SHA-256 {found} where it had {expected}");
    }

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();

    private static AdapterException NoConfig(string folder) =>
        new(
            folder,
            $"no {AdapterConfig.FileName}{(File.Exists(Path.Combine(folder, Checkpoint.ConfigFile)) ? ": this is a model, not an adapter" : Nested.Hint(folder, AdapterConfig.FileName))}",
            "Give the path of a folder that PEFT's save_pretrained wrote.");
}
