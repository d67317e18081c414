using System.Numerics;
using System.Security.Cryptography;
using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>
/// The Merkle tree of RFC 6962 §2.1: leaf = SHA-256(0x00 ‖ d), node = SHA-256(0x01 ‖ left ‖ right), the left subtree is the largest
/// power of two below n. Proofs are made as in RFC 6962 §2.1.1–2.1.2 and checked as in RFC 9162 §2.1.3.2 and §2.1.4.2.
/// </summary>
public static class MerkleTree
{
    private const int MaxStack = 1024;

    /// <summary>The root of no entries: SHA-256 of nothing.</summary>
    public static Digest EmptyRoot { get; } = Digest.Of([]);

    /// <summary>The hash of an entry.</summary>
    public static Digest Leaf(ReadOnlySpan<byte> entry)
    {
        var length = entry.Length + 1;
        var data = length <= MaxStack ? stackalloc byte[length] : new byte[length];
        data[0] = 0x00;
        entry.CopyTo(data[1..]);
        return Digest.Of(data);
    }

    /// <summary>The hash over two subtrees.</summary>
    public static Digest Node(Digest left, Digest right)
    {
        Span<byte> data = stackalloc byte[1 + 2 * SHA256.HashSizeInBytes];
        data[0] = 0x01;
        left.CopyTo(data[1..]);
        right.CopyTo(data[(1 + SHA256.HashSizeInBytes)..]);
        return Digest.Of(data);
    }

    /// <summary>The root of the first <paramref name="size"/> leaves.</summary>
    public static Digest Root(long size, SubtreeHash subtree) => size == 0 ? EmptyRoot : Hash(0, size, subtree);

    /// <summary>The audit path PATH(m, D[n]): m = <paramref name="index"/>, n = <paramref name="size"/>.</summary>
    public static IReadOnlyList<Digest> ProveInclusion(long index, long size, SubtreeHash subtree)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<Digest>();
        Path(index, 0, size, subtree, path);
        return path;
    }

    /// <summary>The consistency proof PROOF(m, D[n]): m = <paramref name="oldSize"/> ≥ 1, n = <paramref name="newSize"/>.</summary>
    public static IReadOnlyList<Digest> ProveConsistency(long oldSize, long newSize, SubtreeHash subtree)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(oldSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        var proof = new List<Digest>();
        Subproof(oldSize, 0, newSize, known: true, subtree, proof);
        return proof;
    }

    /// <summary>Whether <paramref name="proof"/> shows that the leaf stands at <paramref name="index"/> in the tree of that size and root.</summary>
    public static bool VerifyInclusion(Digest leaf, long index, long size, IReadOnlyList<Digest> proof, Digest root)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (index < 0 || index >= size)
            return false;
        var (fn, sn, r) = (index, size - 1, leaf);
        foreach (var p in proof)
        {
            if (sn == 0)
                return false;
            r = IsRightOrLast(fn, sn) ? Node(p, r) : Node(r, p);
            Climb(ref fn, ref sn);
        }
        return sn == 0 && r == root;
    }

    /// <summary>Whether <paramref name="proof"/> shows that the old tree is the beginning of the new one.</summary>
    public static bool VerifyConsistency(long oldSize, Digest oldRoot, long newSize, Digest newRoot, IReadOnlyList<Digest> proof)
    {
        ArgumentNullException.ThrowIfNull(proof);
        if (oldSize < 0 || oldSize > newSize)
            return false;
        if (oldSize == 0)
            return proof.Count == 0 && oldRoot == EmptyRoot && (newSize > 0 || newRoot == EmptyRoot);
        if (oldSize == newSize)
            return proof.Count == 0 && oldRoot == newRoot;
        IReadOnlyList<Digest> path = BitOperations.IsPow2(oldSize) ? [oldRoot, .. proof] : proof;
        return path.Count > 0 && FoldConsistency(oldSize, newSize, path) is var (old, grown) && old == oldRoot && grown == newRoot;
    }

    private static (Digest Old, Digest New)? FoldConsistency(long oldSize, long newSize, IReadOnlyList<Digest> path)
    {
        var (fn, sn) = (oldSize - 1, newSize - 1);
        var trailing = BitOperations.TrailingZeroCount(oldSize);
        (fn, sn) = (fn >> trailing, sn >> trailing);
        var (fr, sr) = (path[0], path[0]);
        foreach (var c in path.Skip(1))
        {
            if (sn == 0)
                return null;
            (fr, sr) = IsRightOrLast(fn, sn) ? (Node(c, fr), Node(c, sr)) : (fr, Node(sr, c));
            Climb(ref fn, ref sn);
        }
        return sn == 0 ? (fr, sr) : null;
    }

    private static bool IsRightOrLast(long fn, long sn) => (fn & 1) == 1 || fn == sn;

    /// <summary>One level up; a last node without a right sibling rises until it is a right child.</summary>
    private static void Climb(ref long fn, ref long sn)
    {
        if (IsRightOrLast(fn, sn))
        {
            while ((fn & 1) == 0 && fn != 0)
                (fn, sn) = (fn >> 1, sn >> 1);
        }
        (fn, sn) = (fn >> 1, sn >> 1);
    }

    /// <summary>MTH(D[start:end]).</summary>
    private static Digest Hash(long start, long end, SubtreeHash subtree)
    {
        var n = end - start;
        if (BitOperations.IsPow2(n))
            return subtree(BitOperations.Log2((ulong)n), start / n);
        var k = SplitPoint(n);
        return Node(Hash(start, start + k, subtree), Hash(start + k, end, subtree));
    }

    private static void Path(long m, long start, long end, SubtreeHash subtree, List<Digest> path)
    {
        if (end - start == 1)
            return;
        var middle = start + SplitPoint(end - start);
        if (m < middle - start)
        {
            Path(m, start, middle, subtree, path);
            path.Add(Hash(middle, end, subtree));
        }
        else
        {
            Path(m - (middle - start), middle, end, subtree, path);
            path.Add(Hash(start, middle, subtree));
        }
    }

    private static void Subproof(long m, long start, long end, bool known, SubtreeHash subtree, List<Digest> proof)
    {
        if (m == end - start)
        {
            if (!known)
                proof.Add(Hash(start, end, subtree));
            return;
        }
        var middle = start + SplitPoint(end - start);
        if (m <= middle - start)
        {
            Subproof(m, start, middle, known, subtree, proof);
            proof.Add(Hash(middle, end, subtree));
        }
        else
        {
            Subproof(m - (middle - start), middle, end, known: false, subtree, proof);
            proof.Add(Hash(start, middle, subtree));
        }
    }

    /// <summary>k, the largest power of two below n ≥ 2.</summary>
    private static long SplitPoint(long n) => 1L << BitOperations.Log2((ulong)(n - 1));
}
