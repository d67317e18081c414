using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger.Witnessing;
using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Timestamps;
using Loragate.Governance.Yaml;

namespace Loragate.Governance.Trust;

/// <summary>Bytes → tree → signers and their key files; every fault but those of the YAML itself is collected before any is thrown.</summary>
internal sealed partial class TrustReader
{
    private const string WordForm = "is made of small letters, digits and single hyphens";

    private const string TimestampRoots = "timestampRoots";

    private readonly string _folder;
    private readonly List<YamlFault> _faults = [];
    private readonly List<(Credential Credential, int Line)> _credentials = [];
    private readonly StringBuilder _digests = new();

    private TrustReader(string folder) => _folder = folder;

    public static TrustPolicy Read(ReadOnlySpan<byte> utf8, string place)
    {
        var root = YamlTree.Parse(utf8, (faults, inner) => new TrustException(place, faults, inner));
        var reader = new TrustReader(Path.GetDirectoryName(place) ?? "");
        var policy = reader.ReadPolicy(new MappingReader(root, reader._faults), Digest.Of(utf8));
        return reader._faults.Count == 0 ? policy : throw new TrustException(place, [.. reader._faults.Distinct().OrderBy(fault => fault.Line)]);
    }

    private TrustPolicy ReadPolicy(MappingReader root, Digest file)
    {
        Add(file);
        if (root.Text("schema") is { Length: > 0 } schema && schema != TrustPolicy.Schema)
            root.Fault(root.Mapping.LineOf("schema"), $"'schema' must be {TrustPolicy.Schema}, not '{schema}'");
        var (name, version) = (root.Text("name"), root.Text("version"));
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        List<TrustedSigner> signers = [.. root.Mappings("signers").Select(signer => ReadSigner(signer, lines))];
        List<string> stamps = [.. root.Texts(TimestampRoots).Select(file => ReadFile(root, TimestampRoots, file, ReadRoots)).OfType<string>()];
        var witnesses = root.OptionalMapping("witnesses") is { } given ? ReadWitnesses(given) : null;
        root.Finish();
        var timestamps = stamps.Count > 0 ? TimestampTrust.FromPem(string.Join('\n', stamps), TimestampRoots) : null;
        return new TrustPolicy { Name = name, Version = version, Signers = signers, Witnesses = witnesses, Timestamps = timestamps, Digest = Digest.Of(Encoding.ASCII.GetBytes(_digests.ToString())) };
    }

    private TrustedSigner ReadSigner(MappingReader reader, Dictionary<string, int> lines)
    {
        var (id, roles) = (reader.Text("id"), reader.Texts("roles"));
        if (id.Length > 0 && !Word().IsMatch(id))
            reader.Fault(reader.Mapping.LineOf("id"), $"an id {WordForm}");
        if (id.Length > 0 && !lines.TryAdd(id, reader.Mapping.LineOf("id")))
            reader.Fault(reader.Mapping.LineOf("id"), $"the id '{id}' is taken by the signer on line {lines[id]}");
        CheckRoles(reader, roles);
        List<Credential> credentials = [];
        foreach (var key in reader.Mappings("keys"))
        {
            if (ReadCredential(key) is not { } credential)
                continue;
            RequireNew(key, credential, credentials);
            credentials.Add(credential is CertificateCredential certificate ? certificate.After(credentials) : credential);
        }
        if (reader.Mapping.Find("keys")?.Value is YamlSequence { Items: [] } && roles is not [TrustedSigner.Author])
            reader.Fault(reader.Mapping.LineOf("keys"), $"'keys' may be empty only for a signer whose one role is {TrustedSigner.Author}");
        reader.Finish();
        return new TrustedSigner(id, roles, credentials);
    }

    private static WitnessQuorum ReadWitnesses(MappingReader reader)
    {
        var (needed, line) = (reader.Whole("quorum"), reader.Mapping.LineOf("keys"));
        var keys = new List<LedgerVerifier>();
        foreach (var vkey in reader.Texts("keys"))
        {
            try
            {
                keys.Add(LedgerVerifier.Parse(vkey, vkey));
            }
            catch (KeyException e)
            {
                reader.Fault(line, $"'{vkey}': {e.Fault}");
            }
        }
        foreach (var log in keys.Where(key => key.IsLog))
            reader.Fault(line, $"'{log}' is the key of a log, not of a witness");
        if (keys.DistinctBy(key => key.Name).Count() < keys.Count || keys.DistinctBy(key => key.PublicKey).Count() < keys.Count)
            reader.Fault(line, "a witness is there twice: each has a name and a key of its own");
        if (needed < 1 || needed > keys.Count)
            reader.Fault(reader.Mapping.LineOf("quorum"), $"'quorum' must be from 1 to the number of witnesses, {keys.Count}");
        reader.Finish();
        return new WitnessQuorum(needed, keys);
    }

    private static void CheckRoles(MappingReader reader, IReadOnlyList<string> roles)
    {
        var line = reader.Mapping.LineOf("roles");
        if (roles.Count == 0)
            reader.Fault(line, "'roles' must name at least one role");
        foreach (var role in roles.Where(role => !Word().IsMatch(role)))
            reader.Fault(line, $"a role {WordForm}, not '{role}'");
        if (roles.Distinct(StringComparer.Ordinal).Count() < roles.Count)
            reader.Fault(line, "a role is there twice");
        if (roles.Count > 1 && roles.Contains(TrustedSigner.Gate))
            reader.Fault(line, $"the role {TrustedSigner.Gate} stands alone: a gate is nobody's reviewer");
    }

    private Credential? ReadCredential(MappingReader reader)
    {
        var (file, roots, subject) = (reader.OptionalText("file"), reader.OptionalText("roots"), reader.OptionalText("subject"));
        var (from, until, compromised) = (reader.OptionalInstant("from"), reader.OptionalInstant("until"), reader.OptionalInstant("compromised"));
        reader.Finish();
        if (until <= from)
            reader.Fault(reader.Mapping.LineOf("until"), "'until' must lie after 'from'");
        var credential = (file, roots, subject) switch
        {
            (not null, null, null) => ReadFile<Credential>(reader, "file", file, path => new KeyCredential(ReadKey(path), from, until, compromised)),
            (null, not null, not null) => ReadFile<Credential>(reader, "roots", roots, path => new CertificateCredential(ReadRoots(path), NameOf(subject), path, from, until, compromised)),
            _ => Refuse(reader, reader.Mapping.Line, "a key has either 'file', or 'roots' and 'subject'"),
        };
        return credential;
    }

    /// <summary>One key is one signer's, once. Of a certificate's subject the same signer may have several, one after the other: a new certificate follows one that was replaced or lost.</summary>
    private void RequireNew(MappingReader reader, Credential credential, IReadOnlyCollection<Credential> own)
    {
        bool Follows(Credential other) => credential is CertificateCredential && own.Any(mine => mine.Identity == other.Identity) && !credential.Overlaps(other);
        var earlier = _credentials.Where(other => other.Credential.Identity == credential.Identity && !Follows(other.Credential)).ToList();
        if (earlier is [var (_, line), ..])
            reader.Fault(reader.Mapping.Line, $"this key stands already on line {line}: one key is one signer's, once{(credential is CertificateCredential ? ", or in windows that do not overlap" : "")}");
        _credentials.Add((credential, reader.Mapping.Line));
    }

    private T? ReadFile<T>(MappingReader reader, string key, string file, Func<string, T> read)
        where T : class
    {
        var line = reader.Mapping.LineOf(key);
        if (file[0] == '/' || file.AsSpan().ContainsAny('\\', ':', '\0'))
        {
            reader.Fault(line, $"'{key}' must be relative to the trust policy, with '/' between folders");
            return null;
        }
        var path = Path.Combine([_folder, .. file.Split('/')]);
        try
        {
            var made = read(path);
            Add(Digest.OfFile(path));
            return made;
        }
        catch (KeyException e)
        {
            reader.Fault(line, $"'{file}': {e.Fault}");
        }
        catch (CryptographicException)
        {
            reader.Fault(reader.Mapping.LineOf("subject"), "'subject' must be a distinguished name such as CN=reviewer-17");
        }
        return null;
    }

    private static VerificationKey ReadKey(string path) => VerificationKey.Read(path) is { Type: not KeyType.Ed25519 } key
        ? key
        : throw new KeyException(path, "an Ed25519 key, which signs ledgers and no bundles", "Name a P-256, P-384 or P-521 key.");

    private static string ReadRoots(string path)
    {
        var pem = KeyFile.ReadCertificates(path);
        _ = CertificateTrust.FromPem(pem, default, path);
        return pem;
    }

    /// <summary>The name in the one form in which it is compared.</summary>
    private static string NameOf(string subject) => new X500DistinguishedName(subject).Name;

    private static Credential? Refuse(MappingReader reader, int line, string message)
    {
        reader.Fault(line, message);
        return null;
    }

    private void Add(Digest digest) => _digests.Append(digest.Hex).Append('\n');

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex Word();
}
