using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Weights;

/// <summary>The tensors of a model in memory, to put the same model together again around another adapter.</summary>
/// <param name="type">Their type.</param>
/// <param name="device">Where they are.</param>
/// <param name="names">All names of the checkpoint.</param>
/// <param name="tensors">What was read, by the name of its first part.</param>
internal sealed class LoadedWeights(ScalarType type, Device device, IReadOnlySet<string> names, IReadOnlyDictionary<string, Tensor> tensors)
    : WeightSource(type, device), IDisposable
{
    /// <summary>Bytes of all tensors.</summary>
    public long Bytes => tensors.Values.Sum(tensor => tensor.NumberOfElements * tensor.ElementSize);

    public override bool Has(string name) => names.Contains(name);

    public override Tensor Take(IReadOnlyList<(string Name, long Rows)> parts, params ReadOnlySpan<long> row) => tensors[parts[0].Name];

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
        foreach (var tensor in tensors.Values)
            tensor.Dispose();
    }
}
