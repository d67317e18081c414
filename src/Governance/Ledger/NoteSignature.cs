namespace Loragate.Governance.Ledger;

/// <summary>A signature line of a note: "— name base64(key id ‖ signature)".</summary>
/// <param name="Name">The signer's name.</param>
/// <param name="KeyId">The four bytes that tell keys of one name apart.</param>
/// <param name="Bytes">The signature.</param>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Bytes);
