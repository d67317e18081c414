namespace Loragate.Governance.Signing;

/// <summary>One signature of an envelope.</summary>
/// <param name="Bytes">The signature.</param>
/// <param name="KeyId">An unauthenticated hint; never decides anything.</param>
public sealed record DsseSignature(ReadOnlyMemory<byte> Bytes, string? KeyId);
