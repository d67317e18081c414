using System.Globalization;
using System.Text;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Ledger;

/// <summary>The files of vectors/oms/tlog.</summary>
internal static class TlogVectors
{
    public static string PathTo(string name) => SharedFolder.PathTo(["vectors", "oms", "tlog", .. name.Split('/')]);

    public static IReadOnlyList<JsonElement> Items(string file, string list)
    {
        if (!SharedFolder.IsPresent)
            return [];
        using var document = JsonDocument.Parse(File.ReadAllBytes(PathTo(file)));
        return [.. document.RootElement.GetProperty(list).EnumerateArray().Select(item => item.Clone())];
    }

    public static IEnumerable<TheoryDataRow<string, string>> Rows(string file, string list) =>
        Items(file, list).Select((item, i) => new TheoryDataRow<string, string>(
            item.TryGetProperty("id", out var id) ? id.GetString()! : $"{list} {i}", item.GetRawText()));

    public static LedgerVerifier Key(string file) => LedgerVerifier.Read(PathTo(file));

    /// <summary>The leaf rule of the Merkle vectors: entry 0 is empty, entry i is "leaf-i".</summary>
    public static byte[] Leaf(long index) => index == 0 ? [] : Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"leaf-{index}"));

    public static MerkleLevels Tree(long size)
    {
        var tree = new MerkleLevels();
        for (long i = 0; i < size; i++)
            tree.Append(MerkleTree.Leaf(Leaf(i)));
        return tree;
    }

    public static Digest Hash(JsonElement text) => Digest.FromBytes(text.GetBytesFromBase64());

    public static IReadOnlyList<Digest> Hashes(JsonElement texts) => [.. texts.EnumerateArray().Select(Hash)];
}
