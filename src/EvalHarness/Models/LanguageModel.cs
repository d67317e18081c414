using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.EvalHarness.Models.Adapters;
using Loragate.EvalHarness.Models.Configs;
using Loragate.EvalHarness.Models.Families;
using Loragate.EvalHarness.Models.Layers;
using Loragate.EvalHarness.Models.Weights;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models;

/// <summary>
/// A decoder-only language model in memory. It maps token ids to logits and knows nothing of text. Several threads may run it at once.
/// What the families are made of is said in <c>Models/Families</c>.
/// </summary>
public sealed class LanguageModel : IDisposable
{
    private readonly Func<PartReader, Decoder> _recipe;
    private readonly Decoder _decoder;
    private readonly LoadedWeights _weights;
    private readonly IDisposable _owned;

    private LanguageModel(string name, string family, Precision precision, Func<PartReader, Decoder> recipe, Decoder decoder, LoadedWeights weights, IDisposable owned)
    {
        (Name, Family, Precision) = (name, family, precision);
        (_recipe, _decoder, _weights, _owned) = (recipe, decoder, weights, owned);
    }

    /// <summary>The folders that the model and its adapter were read from, for messages.</summary>
    public string Name { get; }

    /// <summary>The <c>model_type</c>: "llama".</summary>
    public string Family { get; }

    /// <summary>The element type of the computation.</summary>
    public Precision Precision { get; }

    /// <summary>Where the model computes.</summary>
    public Device Device => _weights.Device;

    /// <summary>The longest sequence, in tokens, that the model was made for.</summary>
    public int MaxLength => _decoder.Size.MaxLength;

    /// <summary>Number of token ids; a valid id is below it.</summary>
    public int VocabularySize => _decoder.Size.Vocabulary;

    /// <summary>Bytes that weights and live adapter take in memory.</summary>
    public long MemoryBytes => _weights.Bytes + ((_owned as AttachedAdapter)?.Bytes ?? 0);

    internal AttentionShape AttentionShape => _decoder.AttentionShape;

    internal IReadOnlyList<int> Windows => _decoder.Windows;

    internal int Layers => _decoder.Layers.Count;

    internal ScalarType Type => _weights.Type;

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
        var place = Path.Combine(checkpoint.Folder, Checkpoint.ConfigFile);
        var family = ModelFamily.All.FirstOrDefault(f => f.Name == checkpoint.ModelType)
            ?? throw new ModelException(place, $"model_type '{checkpoint.ModelType}' is not supported", $"Evaluate a model of a supported family: {string.Join(", ", ModelFamily.All.Select(f => f.Name))}.");
        var recipe = family.Understand(new ConfigReader(checkpoint.Config, place));
        using var reader = new WeightReader(checkpoint, precision, device, expected, cancellation);
        var decoder = recipe(new PartReader(reader, adapter: null));
        var weights = reader.Finish();
        return new LanguageModel(checkpoint.Folder, family.Name, precision, recipe, decoder, weights, weights);
    }

    /// <summary>The same model with a LoRA adapter live beside its weights, which both share: one base in memory serves many adapters.</summary>
    /// <param name="adapter">The open adapter; it may be closed afterwards.</param>
    /// <returns>Another model, whose weights are this one's: this one is to be disposed last.</returns>
    /// <exception cref="ModelException">A part of the adapter is not computed live or does not fit; it is named. Nothing is ignored.</exception>
    public LanguageModel Attach(PeftAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        var attached = new AttachedAdapter(adapter, Device);
        try
        {
            var decoder = _recipe(new PartReader(_weights, attached));
            attached.RefuseUnused();
            return new LanguageModel($"{Name} with {adapter.Folder}", Family, Precision, _recipe, decoder, _weights, attached);
        }
        catch
        {
            attached.Dispose();
            throw;
        }
    }

    /// <summary>The logits behind every token of one sequence, run alone: the plain definition of the model.</summary>
    /// <param name="tokens">T token ids, at least one.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>(T, vocabulary) float32; row t predicts token t+1. The caller disposes it.</returns>
    /// <exception cref="ModelException">A token id is beyond the vocabulary, or the sequence is longer than the model's.</exception>
    public Tensor Logits(IReadOnlyList<int> tokens, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Count);
        CheckTokens(tokens, Name);
        if (tokens.Count > MaxLength)
            throw new ModelException(Name, $"{tokens.Count} tokens, and the model's context has {MaxLength}", "Shorten the sequence.");
        using var scope = NewDisposeScope();
        var positions = Enumerable.Range(0, tokens.Count).ToArray();
        return Head(Hidden(tokens, positions, IsLong(tokens.Count), new ChainAttention(), cancellation)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _decoder.Dispose();
        _owned.Dispose();
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

    /// <summary>Whether a sequence of this length has other positions than a shorter one. The sequences of a pass are all long or all short.</summary>
    internal bool IsLong(int length) => _decoder.IsLong(length);

    /// <summary>The last hidden states, normed: (T, hidden) in <see cref="Type"/>.</summary>
    /// <param name="tokens">T token ids on a flat axis.</param>
    /// <param name="positions">Each token's position in its sequence.</param>
    /// <param name="isLong">Whether the sequences are long ones.</param>
    /// <param name="plan">Which token sees which.</param>
    /// <param name="cancellation">Stops between layers.</param>
    internal Tensor Hidden(IReadOnlyList<int> tokens, IReadOnlyList<int> positions, bool isLong, AttentionPlan plan, CancellationToken cancellation) =>
        _decoder.Hidden(Integers(tokens), Integers(positions), isLong, plan, cancellation);

    /// <summary>Logits of hidden states: (n, hidden) → (n, vocabulary), float32.</summary>
    internal Tensor Head(Tensor hidden) => _decoder.Head.Of(hidden);

    private Tensor Integers(IReadOnlyList<int> numbers) => tensor(numbers.Select(n => (long)n).ToArray(), device: Device);
}
