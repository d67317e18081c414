using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>
/// A decoder-only language model in memory. It maps token ids to logits and knows nothing of text. Several threads may run it at once.
/// Each family is one sealed class over shared parts.
/// </summary>
public abstract class LanguageModel : IDisposable
{
    private readonly IReadOnlyList<Tensor> _weights;

    private protected LanguageModel(string name, string family, Precision precision, Device device, IReadOnlyList<Tensor> weights)
    {
        Name = name;
        Family = family;
        Precision = precision;
        Device = device;
        _weights = weights;
    }

    /// <summary>The folder that the model was read from, for messages.</summary>
    public string Name { get; }

    /// <summary>The <c>model_type</c>: "llama".</summary>
    public string Family { get; }

    /// <summary>The element type of the computation.</summary>
    public Precision Precision { get; }

    /// <summary>Where the model computes.</summary>
    public Device Device { get; }

    /// <summary>The longest sequence, in tokens, that the model was made for.</summary>
    public abstract int MaxLength { get; }

    /// <summary>Number of token ids; a valid id is below it.</summary>
    public abstract int VocabularySize { get; }

    internal abstract AttentionShape AttentionShape { get; }

    internal abstract int Layers { get; }

    internal abstract TorchSharp.torch.ScalarType Type { get; }

    /// <summary>Loads the model of a checkpoint folder.</summary>
    /// <param name="checkpoint">The open checkpoint; it may be closed afterwards.</param>
    /// <param name="precision">The type to keep the weights and compute in.</param>
    /// <param name="device">Where to keep the weights and compute.</param>
    /// <param name="cancellation">Stops the loading.</param>
    /// <exception cref="ModelException">The family or a config key is not supported, or the weights do not fit the config.</exception>
    public static LanguageModel Load(Checkpoint checkpoint, Precision precision, Device device, CancellationToken cancellation) =>
        Load(checkpoint, precision, device, null, cancellation);

    /// <summary>Loads the model of a checkpoint folder and proves, by the bytes that are loaded, that its weights are the expected ones.</summary>
    /// <param name="checkpoint">The open checkpoint; it may be closed afterwards.</param>
    /// <param name="precision">The type to keep the weights and compute in.</param>
    /// <param name="device">Where to keep the weights and compute.</param>
    /// <param name="expected">Every tensor by content; null where nothing vouches for the weights.</param>
    /// <param name="cancellation">Stops the loading.</param>
    /// <exception cref="ModelException">The family or a config key is not supported, or the weights do not fit the config.</exception>
    /// <exception cref="IntegrityException">A tensor is not the expected one; file and tensor are named.</exception>
    public static LanguageModel Load(Checkpoint checkpoint, Precision precision, Device device, IReadOnlyList<TensorDigest>? expected, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        ArgumentNullException.ThrowIfNull(device);
        return checkpoint.ModelType switch
        {
            LlamaModel.FamilyName => LlamaModel.Load(checkpoint, precision, device, expected, cancellation),
            var other => throw new ModelException(
                Path.Combine(checkpoint.Folder, Checkpoint.ConfigFile),
                $"model_type '{other}' is not supported",
                $"Evaluate a model of a supported family: {LlamaModel.FamilyName}."),
        };
    }

    /// <summary>The logits behind every token of one sequence, run alone: the plain definition of the model.</summary>
    /// <param name="tokens">T token ids, at least one.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>(T, vocabulary) float32; row t predicts token t+1. The caller disposes it.</returns>
    /// <exception cref="ModelException">A token id is beyond the vocabulary.</exception>
    public Tensor Logits(IReadOnlyList<int> tokens, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Count);
        CheckTokens(tokens, Name);
        using var scope = NewDisposeScope();
        var positions = Enumerable.Range(0, tokens.Count).ToArray();
        return Head(Hidden(tokens, positions, new ChainAttention(AttentionShape), cancellation)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weight in _weights)
            weight.Dispose();
        DisposeParts();
        GC.SuppressFinalize(this);
    }

    /// <summary>Refuses token ids that the embedding has no row for.</summary>
    internal void CheckTokens(IReadOnlyList<int> tokens, string place)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            if ((uint)tokens[i] >= (uint)VocabularySize)
                throw new ModelException(place, $"token {i} is id {tokens[i]}, and the model's vocabulary has {VocabularySize} entries", "Check that the tokenizer belongs to the model.");
        }
    }

    /// <summary>The last hidden states, normed: (T, hidden) in <see cref="Type"/>.</summary>
    /// <param name="tokens">T token ids on a flat axis.</param>
    /// <param name="positions">Each token's position in its sequence.</param>
    /// <param name="plan">Which token sees which.</param>
    /// <param name="cancellation">Stops between layers.</param>
    internal Tensor Hidden(IReadOnlyList<int> tokens, IReadOnlyList<int> positions, AttentionPlan plan, CancellationToken cancellation) =>
        Hidden(Integers(tokens), Integers(positions), plan, cancellation);

    /// <summary>Logits of hidden states: (n, hidden) → (n, vocabulary), float32.</summary>
    internal abstract Tensor Head(Tensor hidden);

    private protected abstract Tensor Hidden(Tensor tokens, Tensor positions, AttentionPlan plan, CancellationToken cancellation);

    private protected abstract void DisposeParts();

    private Tensor Integers(IReadOnlyList<int> numbers) => tensor(numbers.Select(n => (long)n).ToArray(), device: Device);
}
