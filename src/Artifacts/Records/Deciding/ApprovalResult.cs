namespace Loragate.Artifacts.Records.Deciding;

/// <summary>What became of one approval.</summary>
/// <param name="File">Its file in the dossier.</param>
/// <param name="Bundle">SHA-256 of its bytes.</param>
/// <param name="State">Whether it counts, or why not.</param>
/// <param name="Signer">The signer's id in the trust policy; null where nobody known signed.</param>
/// <param name="Key">The hint of the signer's key; null where nobody known signed.</param>
/// <param name="Role">The role in which it is given; null where it could not be read.</param>
/// <param name="Outcome">What is said; null where it could not be read.</param>
/// <param name="Note">The signer's own words; null where there are none.</param>
/// <param name="Logged">The ledger's time of the bundle; null where there is no ledger.</param>
public sealed record ApprovalResult(
    string File,
    Digest Bundle,
    ApprovalState State,
    string? Signer = null,
    Digest? Key = null,
    string? Role = null,
    ApprovalOutcome? Outcome = null,
    string? Note = null,
    DateTimeOffset? Logged = null);
