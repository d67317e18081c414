namespace Loragate.EvalHarness.Tokenizers.Normalizers;

/// <summary>Removes Unicode white space from the ends.</summary>
internal sealed class StripNormalizer(bool left, bool right) : Normalizer
{
    /// <inheritdoc/>
    public override bool CanRemove => left;

    /// <inheritdoc/>
    public override string Normalize(string text) => (left, right) switch
    {
        (true, true) => text.Trim(),
        (true, false) => text.TrimStart(),
        (false, true) => text.TrimEnd(),
        _ => text,
    };
}
