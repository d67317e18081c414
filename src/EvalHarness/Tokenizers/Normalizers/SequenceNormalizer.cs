namespace Loragate.EvalHarness.Tokenizers.Normalizers;

/// <summary>Normalizers one after the other.</summary>
internal sealed class SequenceNormalizer(IReadOnlyList<Normalizer> normalizers) : Normalizer
{
    /// <inheritdoc/>
    public override bool CanRemove => normalizers.Any(static normalizer => normalizer.CanRemove);

    /// <inheritdoc/>
    public override string Normalize(string text) => normalizers.Aggregate(text, static (current, normalizer) => normalizer.Normalize(current));
}
