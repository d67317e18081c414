using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Signing;

/// <summary>A small adapter folder and keys to sign it with.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder(KeyType type = KeyType.P256)
    {
        Temp.Write("adapter/adapter_config.json", "{\"r\":4}"u8);
        Temp.Write("adapter/adapter_model.safetensors", "weights"u8);
        Temp.Write("adapter/notes/使い方.txt", "notes"u8);
        KeyFile.New(Temp.PathTo("key.pem"), type);
        Key = SigningKey.Read(Temp.PathTo("key.pem"));
    }

    public TempFolder Temp { get; } = new();

    public string Path => Temp.PathTo("adapter");

    public SigningKey Key { get; }

    public byte[] Sign() => OmsSigner.Sign(Path, Key, TestContext.Current.CancellationToken);

    public VerificationResult Verify(ReadOnlyMemory<byte> bundle) =>
        OmsVerifier.Verify(Path, bundle, Key.Public, cancellationToken: TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Key.Dispose();
        Temp.Dispose();
    }
}
