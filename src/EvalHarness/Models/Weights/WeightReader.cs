using System.Security.Cryptography;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Weights;

/// <summary>
/// Reads a checkpoint's tensors into Torch, each exactly once and with the shape that the config asks for. Bytes go from the file into one
/// block and from there into their final place, so memory is the model and a block; the same bytes are hashed where a receipt vouches for them.
/// </summary>
internal sealed class WeightReader : WeightSource, IDisposable
{
    private const int BlockElements = 1 << 22;
    private const int CompareBytes = 1 << 20;

    private readonly Checkpoint _checkpoint;
    private readonly WeightProof? _proof;
    private readonly CancellationToken _cancellation;
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<ModelWeight> _weights = [];

    /// <summary>Prepares to read.</summary>
    /// <exception cref="ModelException">The weights' types cannot be computed in.</exception>
    /// <exception cref="IntegrityException">The checkpoint holds other tensors than are expected.</exception>
    public WeightReader(Checkpoint checkpoint, Precision precision, Device device, IReadOnlyList<TensorDigest>? expected, CancellationToken cancellation)
        : base(TypeOf(checkpoint, precision), device)
    {
        _checkpoint = checkpoint;
        _proof = expected is null ? null : new WeightProof(checkpoint, expected);
        _cancellation = cancellation;
    }

    /// <summary>The type that a checkpoint is computed in.</summary>
    /// <exception cref="ModelException">It cannot be computed in as stored.</exception>
    public static ScalarType TypeOf(Checkpoint checkpoint, Precision precision) => precision switch
    {
        Precision.Float32 => ScalarType.Float32,
        Precision.Float64 => ScalarType.Float64,
        _ => CommonType(checkpoint).ToTorch(),
    };

    /// <inheritdoc/>
    public override bool Has(string name) => _checkpoint.Tensors.ContainsKey(name);

    /// <inheritdoc/>
    public override Tensor Take(IReadOnlyList<(string Name, long Rows)> parts, params ReadOnlySpan<long> row)
    {
        var rowShape = row.ToArray();
        var sources = parts.Select(p => Find(p.Name, [p.Rows, .. rowShape])).ToList();
        var whole = empty([parts.Sum(p => p.Rows), .. rowShape], dtype: Type, device: Device).DetachFromDisposeScope();
        _weights.Add(new ModelWeight(parts, whole));
        using var scope = NewDisposeScope();
        var flat = whole.view(-1);
        var position = 0L;
        foreach (var source in sources)
        {
            Fill(flat.narrow(0, position, source.Info.Elements), source);
            position += source.Info.Elements;
        }
        return whole;
    }

    /// <inheritdoc/>
    public override void AcceptCopy(string copy, string original)
    {
        var (a, b) = (_checkpoint.Tensors[copy], _checkpoint.Tensors[original]);
        if (a.Info.DType != b.Info.DType || !a.Info.Shape.SequenceEqual(b.Info.Shape) || !SameBytes(a, b))
            throw Fault(copy, $"differs from '{original}', to which the config ties it", "Set tie_word_embeddings as the weights are, or restore the weights.");
        Prove(a);
        _used.Add(copy);
    }

    /// <inheritdoc/>
    public override void AcceptInert(Func<string, bool> isInert)
    {
        foreach (var tensor in _checkpoint.Tensors.Values.Where(t => isInert(t.Name)))
        {
            Prove(tensor);
            _used.Add(tensor.Name);
        }
    }

    /// <summary>Refuses the first tensor that nothing used, and hands over what was read.</summary>
    /// <returns>The weights, to be disposed by their owner.</returns>
    public LoadedWeights Finish()
    {
        if (_checkpoint.Tensors.Keys.Where(n => !_used.Contains(n)).Order(StringComparer.Ordinal).FirstOrDefault() is { } surplus)
            throw Fault(surplus, "the architecture has no such tensor", "Check that config.json belongs to these weights; an adapter must be merged first.");
        var loaded = new LoadedWeights(Type, Device, _checkpoint.Tensors.Keys.ToHashSet(StringComparer.Ordinal), [.. _weights]);
        _weights.Clear();
        return loaded;
    }

    /// <summary>Frees the weights where they were not handed over.</summary>
    public void Dispose()
    {
        foreach (var weight in _weights)
            weight.Value.Dispose();
    }

    private CheckpointTensor Find(string name, long[] shape)
    {
        var tensor = _checkpoint.Tensors.GetValueOrDefault(name) ?? throw Fault(name, "this tensor is missing", "Check that config.json belongs to these weights.");
        if (!tensor.Info.Shape.SequenceEqual(shape))
            throw Fault(name, $"shape {tensor.Info.ShapeText} where the config asks for [{string.Join(", ", shape)}]", "Check that config.json belongs to these weights.");
        if (!tensor.Info.DType.IsMergeable)
            throw Fault(name, $"type {tensor.Info.DType}, where F32, BF16 and F16 are supported", "Use the model's unquantised weights.");
        return _used.Add(name) ? tensor : throw new InvalidOperationException($"The architecture reads '{name}' twice.");
    }

    private void Fill(Tensor destination, CheckpointTensor source)
    {
        var size = source.Info.DType.Bits / 8;
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = empty(Math.Min(BlockElements, source.Info.Elements), dtype: source.Info.DType.ToTorch());
        for (var start = 0L; start < source.Info.Elements; start += BlockElements)
        {
            _cancellation.ThrowIfCancellationRequested();
            using var part = block.narrow(0, 0, Math.Min(BlockElements, source.Info.Elements - start));
            source.Read(start * size, part.bytes);
            if (_proof is not null)
                hash.AppendData(part.bytes);
            if (!part.IsFinite())
                throw new ModelException($"{source.Shard.Path}, tensor '{source.Name}'", TorchTypes.NotFinite, "Restore the file from where the model came from.");
            destination.narrow(0, start, part.shape[0]).copy_(part);
        }
        _proof?.Check(source, Digest.FromHash(hash));
    }

    /// <summary>Holds a tensor that is not loaded against its digest too: the weights are vouched for as a whole.</summary>
    private void Prove(CheckpointTensor tensor) => _proof?.Check(tensor, tensor.ComputeDigest(progress: null, _cancellation));

    private bool SameBytes(CheckpointTensor a, CheckpointTensor b)
    {
        var (left, right) = (new byte[CompareBytes], new byte[CompareBytes]);
        for (var start = 0L; start < a.Info.Length; start += left.Length)
        {
            _cancellation.ThrowIfCancellationRequested();
            var count = (int)Math.Min(left.Length, a.Info.Length - start);
            a.Read(start, left.AsSpan(0, count));
            b.Read(start, right.AsSpan(0, count));
            if (!left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count)))
                return false;
        }
        return true;
    }

    private ModelException Fault(string tensor, string fault, string advice) => new($"{_checkpoint.Folder}, tensor '{tensor}'", fault, advice);

    private static DType CommonType(Checkpoint checkpoint)
    {
        var types = checkpoint.Tensors.Values.Select(t => t.Info.DType).Distinct().ToList();
        return types is [var one] && one.IsMergeable
            ? one
            : throw new ModelException(checkpoint.Folder, $"weights of type {string.Join(", ", types.Order())} cannot be computed in as stored", "Evaluate in float32.");
    }
}
