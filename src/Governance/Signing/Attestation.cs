using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;

namespace Loragate.Governance.Signing;

/// <summary>
/// Signed statements about a release: an in-toto statement in DSSE in a Sigstore bundle, one signature each; several signers make
/// several bundles. Subjects name every file, because the root digest of a model signature does not bind names.
/// </summary>
public static class Attestation
{
    /// <summary>Signs a statement with a bare key.</summary>
    /// <returns>The bundle.</returns>
    public static byte[] Sign(Statement statement, SigningKey key) => Sign(statement, new Signer(key));

    /// <summary>Signs a statement.</summary>
    /// <returns>The bundle.</returns>
    public static byte[] Sign(Statement statement, Signer signer)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(signer);
        return SignedStatement.Sign(statement.ToBytes(), signer);
    }

    /// <summary>Signs a statement, or keeps the bundle of an earlier run that says exactly the same: signatures alone would make the file differ.</summary>
    /// <param name="statement">What is said.</param>
    /// <param name="signer">Who says it.</param>
    /// <param name="earlier">The bytes of an earlier bundle, or null.</param>
    public static byte[] SignOrKeep(Statement statement, Signer signer, byte[]? earlier)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(signer);
        return earlier is not null && Verify(earlier, signer.Own, statement.PredicateType, "bundle").Statement is { } said && said.ToBytes().AsSpan().SequenceEqual(statement.ToBytes())
            ? earlier
            : Sign(statement, signer);
    }

    /// <summary>Checks that <paramref name="key"/> signed a statement of <paramref name="predicateType"/>; what it says is the caller's to judge.</summary>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    /// <param name="key">The only key that is trusted.</param>
    /// <param name="predicateType">The kind of statement that is expected.</param>
    /// <param name="place">The file, for messages.</param>
    public static VerificationResult Verify(ReadOnlyMemory<byte> bundle, VerificationKey key, string predicateType, string place) =>
        Verify(bundle, new KeyTrust(key), predicateType, place);

    /// <summary>Checks that somebody trusted signed a statement of <paramref name="predicateType"/>; what it says is the caller's to judge.</summary>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    /// <param name="trust">Who is trusted.</param>
    /// <param name="predicateType">The kind of statement that is expected.</param>
    /// <param name="place">The file, for messages.</param>
    public static VerificationResult Verify(ReadOnlyMemory<byte> bundle, SignerTrust trust, string predicateType, string place)
    {
        ArgumentNullException.ThrowIfNull(trust);
        try
        {
            var statement = SignedStatement.Open(bundle, trust, place);
            return statement.PredicateType == predicateType
                ? VerificationResult.Of(statement)
                : VerificationResult.Of(statement, new VerificationFinding(SignatureFault.OtherPredicate, place, $"predicate type '{statement.PredicateType}' where '{predicateType}' was expected"));
        }
        catch (SignatureException e)
        {
            return VerificationResult.Refused(e);
        }
    }

    /// <summary>
    /// The subjects of a statement about an adapter: the adapter under its name by the SHA-256 of the signed OMS payload (which
    /// binds names and contents), then every file.
    /// </summary>
    /// <param name="name">The adapter's name.</param>
    /// <param name="modelSignature">The bytes of its model signature.</param>
    /// <param name="files">Its files.</param>
    /// <exception cref="SignatureException">The model signature is not a bundle.</exception>
    public static IReadOnlyList<Subject> SubjectsOf(string name, ReadOnlyMemory<byte> modelSignature, IEnumerable<FileEntry> files) =>
        [new Subject(name, PayloadDigest(modelSignature)), .. SubjectsOf(files)];

    /// <summary>The subjects of a statement about files: one each.</summary>
    public static IReadOnlyList<Subject> SubjectsOf(IEnumerable<FileEntry> files) =>
        [.. files.Select(file => new Subject(file.Path, file.Sha256))];

    /// <summary>Whether a statement's subjects name every one of <paramref name="files"/> with its digest.</summary>
    public static bool Covers(Statement statement, IEnumerable<FileEntry> files)
    {
        ArgumentNullException.ThrowIfNull(statement);
        var subjects = statement.Subjects.ToHashSet();
        return files.Any() && files.All(file => subjects.Contains(new Subject(file.Path, file.Sha256)));
    }

    private static Artifacts.Digest PayloadDigest(ReadOnlyMemory<byte> bundle) =>
        Artifacts.Digest.Of(SigstoreBundle.Parse(bundle, "model signature").Envelope.Payload.Span);
}
