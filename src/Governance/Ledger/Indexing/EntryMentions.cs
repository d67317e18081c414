using System.Text.Json;
using Loragate.Artifacts;

namespace Loragate.Governance.Ledger.Indexing;

/// <summary>By what an entry is found: every digest in it, the names of its subjects, its type.</summary>
internal static class EntryMentions
{
    public static IReadOnlySet<string> Of(LedgerEntry entry)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal) { TypeKey(entry.Type) };
        foreach (var subject in entry.Subjects)
        {
            keys.Add(subject.Sha256.Hex);
            keys.Add(NameKey(subject.Name));
        }
        keys.UnionWith(entry.Evidence.Select(evidence => evidence.Sha256.Hex));
        AddDigests(entry.Data, keys);
        keys.Add(entry.ComputeDigest().Hex);
        return keys;
    }

    /// <summary>A name is no digest, whatever it looks like.</summary>
    public static string NameKey(string name) => "name " + name;

    public static string TypeKey(string type) => "type " + type;

    private static void AddDigests(JsonElement element, HashSet<string> keys)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                    AddDigests(member.Value, keys);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    AddDigests(item, keys);
                break;
            case JsonValueKind.String when Digest.TryParse(element.GetString(), out var digest):
                keys.Add(digest.Hex);
                break;
        }
    }
}
