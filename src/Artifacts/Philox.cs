using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Loragate.Artifacts.Json;

namespace Loragate.Artifacts;

/// <summary>
/// Random numbers by position: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). Number i of a stream is a
/// function of the stream's key and i alone, so blocks, threads and devices do not matter.
/// </summary>
/// <param name="key0">The key's first word.</param>
/// <param name="key1">The key's second word.</param>
public sealed class Philox(uint key0, uint key1)
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;

    /// <summary>The stream of a purpose: the key is the start of the SHA-256 of the canonical JSON [purpose, seed as text, name, ordinal].</summary>
    public static Philox Stream(string purpose, ulong seed, string name, int ordinal)
    {
        var parts = new object[] { purpose, seed.ToString(System.Globalization.CultureInfo.InvariantCulture), name, ordinal };
        var hash = SHA256.HashData(CanonicalJson.Serialize(parts, JsonSerializerOptions.Default));
        return new Philox(BinaryPrimitives.ReadUInt32LittleEndian(hash), BinaryPrimitives.ReadUInt32LittleEndian(hash.AsSpan(4)));
    }

    /// <summary>Number <paramref name="index"/> of the stream: word index mod 4 of the block whose counter is index div 4.</summary>
    public uint At(ulong index)
    {
        var counter = index >> 2;
        var block = Block((uint)counter, (uint)(counter >> 32), 0, 0);
        return (index & 3) switch { 0 => block.X0, 1 => block.X1, 2 => block.X2, _ => block.X3 };
    }

    /// <summary>A uniform number in (−1, 1), odd multiples of 2⁻³².</summary>
    public double Symmetric(ulong index) => ((double)At(index) + 0.5) * (1.0 / (1UL << 31)) - 1;

    /// <summary>A whole number from 0 to below <paramref name="limit"/>: ⌊limit·word / 2³²⌋, which is uneven by at most limit / 2³².</summary>
    public int Below(int limit, ulong index) => (int)(((ulong)limit * At(index)) >> 32);

    /// <summary>The four words of one counter.</summary>
    public (uint X0, uint X1, uint X2, uint X3) Block(uint x0, uint x1, uint x2, uint x3)
    {
        var (k0, k1) = (key0, key1);
        for (var round = 0; round < Rounds; round++)
        {
            var (p0, p1) = ((ulong)Multiplier0 * x0, (ulong)Multiplier1 * x2);
            (x0, x1, x2, x3) = ((uint)(p1 >> 32) ^ x1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ x3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }
        return (x0, x1, x2, x3);
    }
}
