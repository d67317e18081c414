using System.Buffers.Binary;

namespace Loragate.Governance.Ledger;

/// <summary>A signature line of a note: "— name base64(key id ‖ signature)".</summary>
/// <param name="Name">The signer's name.</param>
/// <param name="KeyId">The four bytes that tell keys of one name apart.</param>
/// <param name="Bytes">The signature.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes)
{
    internal const string Dash = "— ";

    /// <summary>The line, without its line feed.</summary>
    public override string ToString()
    {
        var bytes = new byte[sizeof(uint) + Bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, KeyId);
        Bytes.CopyTo(bytes.AsMemory(sizeof(uint)));
        return $"{Dash}{Name} {Convert.ToBase64String(bytes)}";
    }
}
