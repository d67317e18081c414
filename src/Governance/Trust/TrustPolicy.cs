using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger.Witnessing;
using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Timestamps;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Trust;

/// <summary>Who may sign what, with which keys and when (docs/formats/trust.v1.md). Made only by reading a file, so whoever holds one holds a valid one.</summary>
public sealed record TrustPolicy
{
    /// <summary>The schema of trust policies.</summary>
    public const string Schema = "loragate.trust/1";

    internal TrustPolicy()
    {
    }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>Everybody, in the order of the file.</summary>
    public required IReadOnlyList<TrustedSigner> Signers { get; init; }

    /// <summary>The time-stamping authorities that it accepts; null for none.</summary>
    public TimestampTrust? Timestamps { get; init; }

    /// <summary>Who must have cosigned a ledger's checkpoint; null where nobody is asked.</summary>
    public WitnessQuorum? Witnesses { get; init; }

    /// <summary>SHA-256 that covers the file and every key file.</summary>
    public required Digest Digest { get; init; }

    /// <summary>How a decision names this trust policy.</summary>
    public TrustIdentity Identity => new(Name, Version, Digest);

    /// <summary>Reads a trust policy and the key files that it names.</summary>
    /// <exception cref="TrustException">Everything that is wrong with it, with line numbers.</exception>
    public static TrustPolicy ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new TrustException(path, [new YamlFault(0, Directory.Exists(path) ? "a folder, not a trust policy" : "no such file")]);
        if (new FileInfo(path).Length > YamlTree.MaxBytes)
            throw new TrustException(path, [new YamlFault(1, $"a trust policy has at most {YamlTree.MaxBytes} bytes")]);
        return TrustReader.Read(File.ReadAllBytes(path), path);
    }

    /// <summary>The signer of an id, or null.</summary>
    public TrustedSigner? Find(string id) => Signers.FirstOrDefault(signer => signer.Id == id);

    /// <summary>
    /// Whose a key is that stands here by its file, and under which window; null for any other. Such a key is judged as that key and nothing else, whoever signs by certificate
    /// as well: it may not pass for the key of a certificate.
    /// </summary>
    /// <param name="hint">The key's hint.</param>
    internal (TrustedSigner Owner, KeyCredential Credential)? OwnerOf(Digest hint) => Signers
        .SelectMany(signer => signer.Credentials.OfType<KeyCredential>().Where(own => own.Key.Hint == hint).Select(own => ((TrustedSigner, KeyCredential)?)(signer, own)))
        .FirstOrDefault();

    /// <summary>Trust in everybody who has a role and whose credential is good at a moment.</summary>
    public SignerTrust TrustIn(string role, DateTimeOffset at) => new RoleTrust(this, role, at);

    /// <summary>Trust in everybody whose credential is good at a moment, whatever his roles.</summary>
    public SignerTrust TrustInAnybody(DateTimeOffset at) => new RoleTrust(this, role: null, at);

    /// <summary>Why what somebody signs now would not count in a role; null where it would.</summary>
    /// <param name="signer">Who is about to sign.</param>
    /// <param name="role">The role.</param>
    /// <param name="at">Now.</param>
    public string? FaultOf(Signer signer, string role, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(signer);
        try
        {
            _ = TrustIn(role, at).TrustedKeyOf(signer.Material, "key");
            return null;
        }
        catch (SignatureException e)
        {
            return e.Fault;
        }
    }

    /// <summary>The id of who would have signed; null where the trust policy names nobody.</summary>
    /// <param name="signer">Who is about to sign.</param>
    /// <param name="at">Now.</param>
    public string? Find(Signer signer, DateTimeOffset at)
    {
        try
        {
            return Identify(signer, at);
        }
        catch (SignatureException)
        {
            return null;
        }
    }

    /// <summary>The id of who would have signed.</summary>
    /// <param name="signer">Who is about to sign.</param>
    /// <param name="at">Now.</param>
    /// <exception cref="SignatureException">Nobody whom the trust policy names, or by a certificate that does not hold now.</exception>
    public string Identify(Signer signer, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return Identify(signer.Material, at, "key").Signer.Id;
    }

    /// <summary>
    /// When a signature counts as made: when it was logged or, if earlier, when a time stamp inside its bundle proves that it existed. Without authorities in this trust
    /// policy nobody's time stamp is heard.
    /// </summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="logged">When the ledger, or for what is not logged the gate, has seen it.</param>
    /// <param name="place">The bundle's file, for messages.</param>
    /// <exception cref="SignatureException">The bundle holds time stamps, and none of an authority of this trust policy proves anything.</exception>
    public DateTimeOffset TimeOf(SigstoreBundle bundle, DateTimeOffset logged, string place) =>
        StampedTimeOf(bundle, place) is { } stamped && stamped < logged ? stamped : logged;

    /// <summary>When a time stamp inside a bundle proves that its signature existed; null where none is there, or nobody's is heard.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="place">Its file, for messages.</param>
    /// <exception cref="SignatureException">It holds time stamps, and none of an authority of this trust policy proves anything.</exception>
    public DateTimeOffset? StampedTimeOf(SigstoreBundle bundle, string place) => Timestamps?.ProveInside(bundle, place)?.Time;

    /// <summary>Whom a bundle names, and how his credential stands: of several that fit, one whose window is open. A key that stands here by its file is its owner's in any case.</summary>
    /// <param name="material">What the bundle says of its signer.</param>
    /// <param name="at">When the bundle was signed; null where nothing tells, and so no days are judged.</param>
    /// <param name="place">The bundle's file, for messages.</param>
    /// <exception cref="SignatureException">Nobody in this trust policy.</exception>
    internal IdentifiedSigner Identify(VerificationMaterial material, DateTimeOffset? at, string place)
    {
        SignatureException? last = null;
        var claimed = Signers.SelectMany(signer => signer.Credentials.Where(own => own.Claims(material)).Select(own => (Signer: signer, Credential: own)));
        foreach (var (signer, credential) in claimed.OrderBy(one => at is { } time && one.Credential.At(time) != Standing.Good))
        {
            try
            {
                var key = credential.TrustAt(at).TrustedKeyOf(material, place);
                var (owner, own) = OwnerOf(key.Hint) is { } named ? (named.Owner, (Credential)named.Credential) : (signer, credential);
                return new IdentifiedSigner(owner, key, at is { } then ? own.At(then) : null);
            }
            catch (SignatureException e)
            {
                last = e;
            }
        }
        throw last ?? new SignatureException(SignatureFault.OtherKey, place, $"signed by nobody whom the trust policy '{Name}' names");
    }
}
