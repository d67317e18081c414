namespace Loragate.Artifacts.Records.Deciding;

/// <summary>What became of one waiver.</summary>
/// <param name="Id">SHA-256 of the signed payload; of a bundle that cannot be read, of its bytes.</param>
/// <param name="State">Whether it holds, or why not.</param>
/// <param name="Signatures">The signatures that count, one a person.</param>
/// <param name="Rule">The rule; null where it could not be read.</param>
/// <param name="Reason">The signers' own words.</param>
/// <param name="From">Its first day.</param>
/// <param name="Until">Its last day.</param>
public sealed record WaiverResult(
    Digest Id,
    WaiverState State,
    IReadOnlyList<WaiverSignature> Signatures,
    string? Rule = null,
    string? Reason = null,
    DateOnly? From = null,
    DateOnly? Until = null);
