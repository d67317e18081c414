namespace Loragate.Governance.Signing;

/// <summary>Why a signature, or what it covers, was refused. The names are stable: reports and exit messages use them.</summary>
public enum SignatureFault
{
    /// <summary>The bundle or envelope is not strict JSON of its schema.</summary>
    MalformedBundle,

    /// <summary>The signed payload is not a strict in-toto statement of the expected predicate.</summary>
    MalformedStatement,

    /// <summary>The bundle was made by another method (key, certificate, keyless) than the verifier was given trust for.</summary>
    UnsupportedMethod,

    /// <summary>The bundle names another key than the trusted one.</summary>
    OtherKey,

    /// <summary>The signer's certificate does not lead to a trusted root, was not valid at the time, or is not for signing.</summary>
    UntrustedCertificate,

    /// <summary>The payload is not an in-toto statement by its declared type.</summary>
    OtherPayloadType,

    /// <summary>The statement says something else than was asked for.</summary>
    OtherPredicate,

    /// <summary>The signature does not belong to these bytes and this key.</summary>
    BadSignature,

    /// <summary>Another serialization method or hash than "files" and "sha256".</summary>
    UnsupportedSerialization,

    /// <summary>A name that is not a plain relative path: traversal, absolute, control or direction characters.</summary>
    UnsafeName,

    /// <summary>A name stands twice.</summary>
    DuplicateName,

    /// <summary>The subject's digest is not the digest of the listed resources.</summary>
    RootMismatch,

    /// <summary>Nothing is signed.</summary>
    EmptyManifest,

    /// <summary>An ignore path that is no plain relative path, or covers a signed resource.</summary>
    UnsafeIgnorePath,

    /// <summary>A file that loaders read is excluded from the signature by an ignore path.</summary>
    HiddenFile,

    /// <summary>A link, device, pipe or socket in the folder.</summary>
    UnsafeEntry,

    /// <summary>A signed file is not there.</summary>
    MissingFile,

    /// <summary>A file's bytes are not the signed ones.</summary>
    ChangedFile,

    /// <summary>A file that nobody signed.</summary>
    ExtraFile,

    /// <summary>A time stamp that is not about this signature, or by nobody trusted.</summary>
    UntrustedTimestamp,

    /// <summary>Too few of the witnesses that the trust policy names have cosigned what a ledger shows.</summary>
    NotWitnessed,

    /// <summary>The statement is about other bytes than the ones at hand.</summary>
    OtherSubject,
}
