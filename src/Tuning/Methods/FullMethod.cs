using Loragate.EvalHarness.Models;

namespace Loragate.Tuning.Methods;

/// <summary>
/// Full fine-tuning, the baseline: every weight of the model is trained. Where the model computes in bfloat16, the weights that are trained are float32 and
/// the model computes with their roundings (Micikevicius et al., arXiv 1710.03740).
/// </summary>
public sealed record FullMethod : TuningMethod
{
    /// <inheritdoc/>
    public override string Name => "full";

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    /// <inheritdoc/>
    internal override TunedModel Start(LanguageModel model, ulong seed) => new FullModel(model);
}
