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
        Prompt = [.. Enumerable.Range(decoder.Size.Vocabulary, decoder.Embedding.PromptLength)];
    }

    /// <summary>The folders that the model and its adapter were read from, for messages.</summary>
    public string Name { get; }

    /// <summary>The <c>model_type</c>: "llama".</summary>
    public string Family { get; }

    /// <summary>The element type of the computation.</summary>
    public Precision Precision { get; }

    /// <summary>Where the model computes.</summary>
    public Device Device => _weights.Device;

    /// <summary>The longest sequence, in tokens, that the model was made for; virtual tokens leave less.</summary>
    public int MaxLength => _decoder.Size.MaxLength - Prompt.Count;

    /// <summary>Number of token ids; a valid id is below it.</summary>
    public int VocabularySize => _decoder.Size.Vocabulary;

    /// <summary>The weights, in the order in which the model is put together.</summary>
    public IReadOnlyList<ModelWeight> Weights => _weights.All;

    /// <summary>The ids of the virtual tokens that stand before every sequence.</summary>
    internal IReadOnlyList<int> Prompt { get; }

    internal AttentionShape AttentionShape => _decoder.AttentionShape;

    internal IReadOnlyList<int> Windows => _decoder.Windows;

    /// <summary>Number of layers.</summary>
    public int Layers => _decoder.Layers.Count;

    /// <summary>The type of the weights.</summary>
    public ScalarType Type => _weights.Type;

    /// <summary>The hidden states of the token ids, (vocabulary, hidden); they belong to the model.</summary>
    public Tensor TokenTable => _decoder.Embedding.Weight;

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

    /// <summary>The same model with an adapter live beside its weights, which both share: one base in memory serves many adapters.</summary>
    /// <param name="adapter">The open adapter; it may be closed afterwards.</param>
    /// <returns>Another model, whose weights are this one's: this one is to be disposed last.</returns>
    /// <exception cref="ModelException">A part of the adapter is not computed live or does not fit; it is named. Nothing is ignored.</exception>
    public LanguageModel Attach(PeftAdapter adapter)
    {
        ArgumentNullException.ThrowIfNull(adapter);
        return Attach(Read(adapter), $"{Name} with {adapter.Folder}");
    }

    /// <summary>The same model with a part of an adapter live: what a program computes that ignores some of its modules.</summary>
    /// <param name="adapter">The open adapter; it may be closed afterwards.</param>
    /// <param name="isIgnored">Whether a module, by its path, is ignored.</param>
    /// <returns>Another model, whose weights are this one's: this one is to be disposed last.</returns>
    internal LanguageModel AttachWithout(PeftAdapter adapter, Func<string, bool> isIgnored) =>
        Attach(new PartialAttachment(Read(adapter), isIgnored), $"{Name} with a part of {adapter.Folder}");

    /// <summary>The same model with something live beside its weights, which both share.</summary>
    /// <param name="attachment">What is live; the new model disposes it, and so does this call where it fails.</param>
    /// <param name="name">The new model's name, for messages.</param>
    /// <returns>Another model, whose weights are this one's: this one is to be disposed last.</returns>
    /// <exception cref="ModelException">The attachment does not fit the model.</exception>
    public LanguageModel Attach(Attachment attachment, string name)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        try
        {
            var decoder = _recipe(new PartReader(_weights, attachment));
            attachment.RefuseUnused();
            return new LanguageModel(name, Family, Precision, _recipe, decoder, _weights, attachment);
        }
        catch
        {
            attachment.Dispose();
            throw;
        }
    }

    /// <summary>The same model around other weights of the same shapes.</summary>
    /// <param name="precision">What the model is said to compute in.</param>
    /// <param name="type">Their type.</param>
    /// <param name="value">The tensor for each weight; it stays the caller's.</param>
    public LanguageModel With(Precision precision, ScalarType type, Func<ModelWeight, Tensor> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var weights = _weights.With(type, value);
        var decoder = _recipe(new PartReader(weights, adapter: null));
        return new LanguageModel(Name, Family, precision, _recipe, decoder, weights, decoder);
    }

    /// <summary>Sequences on their way through the model, layer by layer.</summary>
    /// <param name="sequences">Token ids, at least one a sequence; all sequences long or all short where the model tells them apart.</param>
    /// <exception cref="ModelException">A token id is beyond the vocabulary, or a sequence is longer than the model's.</exception>
    public LayeredPass Begin(IReadOnlyList<IReadOnlyList<int>> sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        foreach (var tokens in sequences)
            Check(tokens);
        return new LayeredPass(_decoder, sequences, Prompt, Device);
    }

    /// <summary>The logits behind every token of one sequence, run alone: the plain definition of the model.</summary>
    /// <param name="tokens">T token ids, at least one.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <returns>(T, vocabulary) float32; row t predicts token t+1. The caller disposes it.</returns>
    /// <exception cref="ModelException">A token id is beyond the vocabulary, or the sequence is longer than the model's.</exception>
    public Tensor Logits(IReadOnlyList<int> tokens, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Check(tokens);
        using var scope = NewDisposeScope();
        int[] all = [.. Prompt, .. tokens];
        var hidden = Hidden(all, [.. Enumerable.Range(0, all.Length)], IsLong(all.Length), new ChainAttention(), cancellation);
        return Head(hidden.narrow(0, Prompt.Count, tokens.Count)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _decoder.Dispose();
        _owned.Dispose();
    }

    private Attachment Read(PeftAdapter adapter) => adapter.Config.PeftType switch
    {
        PromptFormat.Type => new AttachedPrompt(adapter, this),
        BottleneckFormat.Type => new AttachedBottleneck(adapter, Device),
        _ => new AttachedAdapter(adapter, Device),
    };

    private void Check(IReadOnlyList<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Count);
        CheckTokens(tokens, Name);
        if (tokens.Count > MaxLength)
            throw new ModelException(Name, $"{tokens.Count} tokens, and the model's context has {MaxLength}", "Shorten the sequence.");
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
