using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Testing;

namespace Loragate.Governance.Ledger;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class MerkleVectorTests
{
    public static TheoryData<string, string> Bad => [.. TlogVectors.Rows("merkle-bad.json", "proofs")];

    [Fact]
    public void Roots_are_those_of_the_reference()
    {
        var roots = Read("merkle-roots.json", "roots").ToDictionary(item => item.GetProperty("size").GetInt64(), item => TlogVectors.Hash(item.GetProperty("root")));
        var tree = new MerkleLevels();
        for (long size = 0; size <= roots.Keys.Max(); size++)
        {
            if (roots.TryGetValue(size, out var root))
                Assert.Equal(root, tree.Root);
            tree.Append(MerkleTree.Leaf(TlogVectors.Leaf(size)));
        }
    }

    [Fact]
    public void Inclusion_proofs_are_made_and_accepted_as_by_the_reference()
    {
        var proofs = Read("merkle-inclusion.json", "proofs");
        var tree = TlogVectors.Tree(proofs.Max(item => item.GetProperty("size").GetInt64()));
        Assert.All(proofs, item =>
        {
            var (index, size) = (item.GetProperty("index").GetInt64(), item.GetProperty("size").GetInt64());
            var proof = MerkleTree.ProveInclusion(index, size, tree.Subtree);
            Assert.Equal(TlogVectors.Hashes(item.GetProperty("proof")), proof);
            Assert.True(MerkleTree.VerifyInclusion(tree.Subtree(0, index), index, size, proof, MerkleTree.Root(size, tree.Subtree)));
        });
    }

    [Fact]
    public void Consistency_proofs_are_made_and_accepted_as_by_the_reference()
    {
        var proofs = Read("merkle-consistency.json", "proofs");
        var tree = TlogVectors.Tree(proofs.Max(item => item.GetProperty("new").GetInt64()));
        Assert.All(proofs, item =>
        {
            var (old, grown) = (item.GetProperty("old").GetInt64(), item.GetProperty("new").GetInt64());
            var proof = MerkleTree.ProveConsistency(old, grown, tree.Subtree);
            Assert.Equal(TlogVectors.Hashes(item.GetProperty("proof")), proof);
            Assert.True(MerkleTree.VerifyConsistency(old, MerkleTree.Root(old, tree.Subtree), grown, MerkleTree.Root(grown, tree.Subtree), proof));
        });
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Bad))]
    public void A_bad_proof_is_refused(string id, string json)
    {
        using var document = JsonDocument.Parse(json);
        var item = document.RootElement;
        Assert.False(Accepts(item), $"{id}: {item.GetProperty("reason")}");
    }

    [Fact]
    public void Tiles_and_bundles_of_a_large_tree_are_those_of_the_reference()
    {
        var tiles = Read("tiles-70000.json", "tiles");
        using var document = JsonDocument.Parse(File.ReadAllBytes(TlogVectors.PathTo("tiles-70000.json")));
        var tree = TlogVectors.Tree(document.RootElement.GetProperty("size").GetInt64());
        Assert.All(tiles, item =>
        {
            Assert.True(TileName.TryParse(item.GetProperty("path").GetString()!, out var name));
            Assert.Contains(name, TileName.Cover(name.Level, TileName.CountAt(name.Level, tree.Size)));
            var first = name.Index * TileName.FullWidth;
            var hashes = Enumerable.Range(0, name.Width).SelectMany(i => tree.Subtree(8 * name.Level!.Value, first + i).ToBytes());
            Assert.Equal(item.GetProperty("sha256").GetString(), Digest.Of([.. hashes]).Hex);
            if (!item.TryGetProperty("entries_path", out var path))
                return;
            Assert.Equal(path.GetString(), (name with { Level = null }).Path);
            var bundle = EntryBundle.Encode(Enumerable.Range(0, name.Width).Select(i => new ReadOnlyMemory<byte>(TlogVectors.Leaf(first + i))));
            Assert.Equal(item.GetProperty("entries_sha256").GetString(), Digest.Of(bundle).Hex);
        });
    }

    [Fact]
    public void Tile_paths_are_those_of_the_reference()
    {
        Assert.All(Read("tiles-70000.json", "paths"), item =>
        {
            var level = item.GetProperty("level") is { ValueKind: JsonValueKind.Number } number ? number.GetInt32() : (int?)null;
            var width = item.TryGetProperty("width", out var partial) ? partial.GetInt32() : TileName.FullWidth;
            var name = new TileName(level, item.GetProperty("index").GetInt64(), width);
            Assert.Equal(item.GetProperty("path").GetString(), name.Path);
            Assert.True(TileName.TryParse(name.Path, out var parsed));
            Assert.Equal(name, parsed);
        });
    }

    private static bool Accepts(JsonElement item)
    {
        var proof = TlogVectors.Hashes(item.GetProperty("proof"));
        return item.GetProperty("kind").GetString() == "inclusion"
            ? MerkleTree.VerifyInclusion(
                TlogVectors.Hash(item.GetProperty("leaf_hash")), item.GetProperty("index").GetInt64(), item.GetProperty("size").GetInt64(), proof, TlogVectors.Hash(item.GetProperty("root")))
            : MerkleTree.VerifyConsistency(
                item.GetProperty("old").GetInt64(), TlogVectors.Hash(item.GetProperty("old_root")), item.GetProperty("new").GetInt64(), TlogVectors.Hash(item.GetProperty("new_root")), proof);
    }

    private static IReadOnlyList<JsonElement> Read(string file, string list)
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        var items = TlogVectors.Items(file, list);
        Assert.NotEmpty(items);
        return items;
    }
}
