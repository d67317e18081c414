using System.Security.Cryptography;
using System.Text.Json;

namespace Loragate.Governance.Signing.Reference;

/// <summary>A signed manifest as model-signing 1.1.1 reads it: of a name that stands twice the last counts, and names and digests are not held to one form.</summary>
/// <param name="Files">Digest by name, the name as Python's <c>PurePosixPath</c> writes it.</param>
/// <param name="Ignored">The recorded ignore paths, in the same form.</param>
internal sealed record ReferenceManifest(IReadOnlyDictionary<string, string> Files, IReadOnlyList<string> Ignored)
{
    private const string Legacy = "https://model_signing/Digests/v0.1";

    /// <exception cref="ReferenceRefusal">It would refuse the statement.</exception>
    public static ReferenceManifest Of(byte[] payload)
    {
        var statement = ReferenceJson.Parse(payload, skipMark: true);
        if (ReferenceJson.Text(ReferenceJson.Member(statement, "_type")) is var type && type != Statement.Type)
            throw new ReferenceRefusal($"a statement of the type '{type}'");
        return ReferenceJson.Text(ReferenceJson.Member(statement, "predicateType")) switch
        {
            ModelManifest.PredicateType => OfPredicate(statement),
            Legacy => OfSubjects(statement),
            var other => throw new ReferenceRefusal($"predicate type '{other}'"),
        };
    }

    /// <summary>A path as Python's <c>PurePosixPath</c> writes it: without ".", doubled and trailing separators.</summary>
    public static string PathOf(string name)
    {
        var parts = name.Split('/').Where(part => part is not ("" or "."));
        var joined = string.Join('/', parts);
        return name.StartsWith('/') ? "/" + joined : joined.Length == 0 ? "." : joined;
    }

    private static ReferenceManifest OfPredicate(JsonElement statement)
    {
        if (ReferenceJson.Items(ReferenceJson.Member(statement, "subject")).ToList() is not [var subject])
            throw new ReferenceRefusal("not exactly one subject");
        _ = ReferenceJson.Member(subject, "name");
        var root = ReferenceJson.Text(ReferenceJson.Member(ReferenceJson.Member(subject, "digest"), "sha256"));
        var predicate = ReferenceJson.Member(statement, "predicate");
        var ignored = IgnoredBy(ReferenceJson.Member(predicate, "serialization"));
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var resource in ReferenceJson.Items(ReferenceJson.Member(predicate, "resources")))
        {
            var name = PathOf(ReferenceJson.Text(ReferenceJson.Member(resource, "name")));
            var algorithm = ReferenceJson.Text(ReferenceJson.Member(resource, "algorithm"));
            var digest = FromHex(ReferenceJson.Text(ReferenceJson.Member(resource, "digest")));
            hash.AppendData(digest);
            files[name] = $"{algorithm}:{Convert.ToHexStringLower(digest)}";
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == root ? new ReferenceManifest(files, ignored) : throw new ReferenceRefusal("the root digest is not that of the resources");
    }

    private static List<string> IgnoredBy(JsonElement serialization)
    {
        if (ReferenceJson.Text(ReferenceJson.Member(serialization, "method")) is var method && method != "files")
            throw new ReferenceRefusal($"the method '{method}'");
        _ = (ReferenceJson.Member(serialization, "hash_type"), ReferenceJson.Member(serialization, "allow_symlinks"));
        if (!serialization.TryGetProperty("ignore_paths", out var paths))
            return [];
        // A text is a list of its letters to Python.
        var texts = paths.ValueKind == JsonValueKind.String ? ReferenceJson.Text(paths).Select(letter => letter.ToString()) : ReferenceJson.Items(paths).Select(ReferenceJson.Text);
        return [.. texts.Select(PathOf)];
    }

    private static ReferenceManifest OfSubjects(JsonElement statement)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var subject in ReferenceJson.Items(ReferenceJson.Member(statement, "subject")))
            files[PathOf(ReferenceJson.Text(ReferenceJson.Member(subject, "name")))] = $"sha256:{Convert.ToHexStringLower(FromHex(ReferenceJson.Text(ReferenceJson.Member(ReferenceJson.Member(subject, "digest"), "sha256"))))}";
        return new ReferenceManifest(files, []);
    }

    /// <summary>Python's <c>bytes.fromhex</c>: either case, white space between bytes.</summary>
    private static byte[] FromHex(string text)
    {
        try
        {
            return Convert.FromHexString(string.Concat(text.Split([' ', '\t', '\n', '\r', '\f', '\v'], StringSplitOptions.RemoveEmptyEntries)));
        }
        catch (FormatException)
        {
            throw new ReferenceRefusal("a digest that is not hexadecimal");
        }
    }
}
