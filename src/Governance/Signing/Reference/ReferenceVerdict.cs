namespace Loragate.Governance.Signing.Reference;

/// <summary>What the reference implementation would say.</summary>
/// <param name="Accepts">Whether it would accept.</param>
/// <param name="Why">Its reason to refuse, in our words; null where it accepts.</param>
/// <param name="AcceptsWith">Options of its command line with each of which it would accept after all; null for none.</param>
public sealed record ReferenceVerdict(bool Accepts, string? Why = null, IReadOnlyList<string>? AcceptsWith = null)
{
    /// <summary>The implementation that is followed.</summary>
    public string Implementation { get; init; } = "model-signing 1.1.1";
}
