namespace Loragate.Governance.Publication;

/// <summary>The files of a release (docs/formats/release.v1.md).</summary>
public static class ReleaseLayout
{
    /// <summary>Exactly the adapter's files; this folder is what is signed.</summary>
    public const string Adapter = "adapter";

    /// <summary>The model signature over <see cref="Adapter"/>.</summary>
    public const string ModelSignature = "model.sig";

    /// <summary>The verdict, as an attestation.</summary>
    public const string Verdict = "attestations/verdict.sigstore.json";

    /// <summary>The audit report.</summary>
    public const string Report = "report.pdf";

    /// <summary>Proof that the release is logged; it carries the logged entry.</summary>
    public const string Proof = "release.tlog-proof";

    /// <summary>The type of the release's entry in the ledger.</summary>
    public const string EntryType = "release";
}
