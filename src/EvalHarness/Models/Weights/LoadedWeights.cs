using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Weights;

/// <summary>The tensors of a model in memory, to put the same model together again around another adapter.</summary>
/// <param name="type">The type that the model computes in.</param>
/// <param name="device">Where they are.</param>
/// <param name="names">All names of the checkpoint.</param>
/// <param name="weights">What was read, in the order of reading.</param>
internal sealed class LoadedWeights(ScalarType type, Device device, IReadOnlySet<string> names, IReadOnlyList<ModelWeight> weights)
    : WeightSource(type, device), IDisposable
{
    private readonly Dictionary<string, Tensor> _byName = weights.ToDictionary(w => w.Name, w => w.Value, StringComparer.Ordinal);

    public IReadOnlyList<ModelWeight> All => weights;

    /// <summary>The same names around other tensors of another type.</summary>
    public LoadedWeights With(ScalarType other, Func<ModelWeight, Tensor> value) =>
        new(other, Device, names, [.. weights.Select(w => w with { Value = value(w) })]);

    public override bool Has(string name) => names.Contains(name);

    public override Tensor Take(IReadOnlyList<(string Name, long Rows)> parts, params ReadOnlySpan<long> row) => _byName[parts[0].Name];

    /// <summary>Compared when the weights were read.</summary>
    public override void AcceptCopy(string copy, string original)
    {
    }

    /// <summary>Accepted when the weights were read.</summary>
    public override void AcceptInert(Func<string, bool> isInert)
    {
    }

    public void Dispose()
    {
        foreach (var weight in weights)
            weight.Value.Dispose();
    }
}
