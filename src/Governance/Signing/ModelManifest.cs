using System.Security.Cryptography;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;

namespace Loragate.Governance.Signing;

/// <summary>
/// What a model signature says: every file of a folder by name and SHA-256 (OMS v1.0 §5, predicate
/// https://model_signing/signature/v1.0, method "files"). After <see cref="From"/> every name is plain, unique and not ignored.
/// </summary>
/// <param name="Name">The model's name, for people.</param>
/// <param name="Resources">The files, in the recorded order.</param>
/// <param name="IgnoredPaths">Paths that the signer left out.</param>
/// <param name="AllowSymlinks">Whether links were followed when signing.</param>
public sealed record ModelManifest(string Name, IReadOnlyList<ModelResource> Resources, IReadOnlyList<string> IgnoredPaths, bool AllowSymlinks)
{
    /// <summary>The predicate type.</summary>
    public const string PredicateType = "https://model_signing/signature/v1.0";

    private const string Sha256 = "sha256";
    private const string Files = "files";
    private const int MaxIgnoredPaths = 1000;

    /// <summary>
    /// SHA-256 over the raw resource digests in the recorded order (OMS v1.0 §6.6). It does not bind the names: use it to look a
    /// signature up, never to identify a model.
    /// </summary>
    public Digest Root
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var resource in Resources)
                hash.AppendData(resource.Sha256.ToBytes());
            return Digest.FromHash(hash);
        }
    }

    /// <summary>Whether the resources stand in the order that the specification recommends.</summary>
    public bool IsSorted => Resources.Zip(Resources.Skip(1)).All(pair => CodePointOrder.Instance.Compare(pair.First.Name, pair.Second.Name) < 0);

    /// <summary>Reads a statement.</summary>
    /// <param name="statement">A statement whose signature held.</param>
    /// <param name="place">The bundle, for messages.</param>
    /// <exception cref="SignatureException">Anything that a strict reader refuses.</exception>
    public static ModelManifest From(Statement statement, string place)
    {
        ArgumentNullException.ThrowIfNull(statement);
        if (statement.PredicateType != PredicateType)
            throw new SignatureException(SignatureFault.OtherPredicate, place, $"predicate type '{statement.PredicateType}' where '{PredicateType}' was expected");
        var predicate = new JsonFields(statement.Predicate, $"{place}, predicate", SignatureFault.MalformedStatement).Only("resources", "serialization");
        if (statement.Subjects is not [var subject])
            throw predicate.Refuse($"{statement.Subjects.Count} subjects where a model signature has one");
        var serialization = predicate.Object("serialization");
        CheckSerialization(serialization);
        var manifest = new ModelManifest(
            subject.Name,
            [.. predicate.Objects("resources").Select(Resource)],
            serialization.Has("ignore_paths") ? serialization.Texts("ignore_paths") : [],
            serialization.Boolean("allow_symlinks"));
        manifest.Check(place);
        return manifest.Root == subject.Sha256
            ? manifest
            : throw new SignatureException(SignatureFault.RootMismatch, place, $"the subject's digest {subject.Sha256} is not the root {manifest.Root} of the resources");
    }

    /// <summary>The manifest as a statement.</summary>
    public Statement ToStatement() => new([new Subject(Name, Root)], PredicateType, JsonSerializer.SerializeToElement(
        new
        {
            Resources = Resources.Select(resource => new { resource.Name, Algorithm = Sha256, Digest = resource.Sha256 }),
            Serialization = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["method"] = Files,
                ["hash_type"] = Sha256,
                ["allow_symlinks"] = AllowSymlinks,
                ["ignore_paths"] = IgnoredPaths,
            },
        },
        RecordJson.Options));

    private static void CheckSerialization(JsonFields serialization)
    {
        serialization.Only("method", "hash_type", "allow_symlinks", "ignore_paths", "shard_size");
        if (serialization.Text("method") is var method && method != Files)
            throw new SignatureException(SignatureFault.UnsupportedSerialization, serialization.Place, $"method '{method}': only whole files are supported");
        if (serialization.Text("hash_type") is var hash && hash != Sha256)
            throw new SignatureException(SignatureFault.UnsupportedSerialization, serialization.Place, $"hash '{hash}': only sha256 is supported");
        if (serialization.Has("shard_size"))
            throw serialization.Refuse("a shard size with the method 'files'");
    }

    private static ModelResource Resource(JsonFields fields)
    {
        if (fields.Text("algorithm") is var algorithm && algorithm != Sha256)
            throw new SignatureException(SignatureFault.UnsupportedSerialization, fields.Place, $"algorithm '{algorithm}': only sha256 is supported");
        return Digest.TryParse(fields.Text("digest"), out var digest)
            ? new ModelResource(fields.Text("name"), digest)
            : throw fields.Refuse("the digest is not 64 lower-case hexadecimal digits");
    }

    private void Check(string place)
    {
        if (Resources.Count == 0)
            throw new SignatureException(SignatureFault.EmptyManifest, place, "the signature covers no file");
        if (IgnoredPaths.Count > MaxIgnoredPaths)
            throw new SignatureException(SignatureFault.UnsafeIgnorePath, place, $"{IgnoredPaths.Count} ignore paths where at most {MaxIgnoredPaths} are read");
        foreach (var path in IgnoredPaths)
        {
            if (IgnorePaths.Fault(path) is { } fault)
                throw new SignatureException(SignatureFault.UnsafeIgnorePath, place, $"ignore path '{path}': {fault}");
        }
        CheckNames(place);
    }

    private void CheckNames(string place)
    {
        var (seen, ignored) = (new HashSet<string>(StringComparer.Ordinal), new IgnorePaths(IgnoredPaths));
        foreach (var name in Resources.Select(resource => resource.Name))
        {
            if (RelativeName.Fault(name) is { } fault)
                throw new SignatureException(SignatureFault.UnsafeName, place, $"resource '{name}': {fault}");
            if (!seen.Add(name))
                throw new SignatureException(SignatureFault.DuplicateName, place, $"resource '{name}' is listed twice");
            if (ignored.Covers(name) || IgnorePaths.IsVersionControl(name))
                throw new SignatureException(SignatureFault.UnsafeIgnorePath, place, $"resource '{name}' is signed and ignored");
        }
    }
}
