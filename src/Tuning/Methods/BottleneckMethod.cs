using System.Globalization;
using Loragate.EvalHarness.Models;

namespace Loragate.Tuning.Methods;

/// <summary>
/// Bottleneck adapters: y ← y + U·gelu(D·y + d) + u behind the attention and behind the MLP of every layer, the model fixed (Houlsby et al.,
/// arXiv 1902.00751). U and both biases begin as zero, so the model begins as the base; the paper's begin near it. Norms stay fixed.
/// </summary>
public sealed record BottleneckMethod : TuningMethod
{
    /// <inheritdoc/>
    public override string Name => "bottleneck";

    /// <summary>Numbers between D and U.</summary>
    public int Size { get; init; } = 16;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["size"] = Size.ToString(CultureInfo.InvariantCulture) };

    /// <inheritdoc/>
    internal override TunedModel Start(LanguageModel model, ulong seed) =>
        Size >= 1 ? new BottleneckModel(this, model, seed) : throw new TuningException("size", "a bottleneck below 1", "Give a size from 1.");
}
