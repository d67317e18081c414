using System.Security.Cryptography;

namespace Loragate.Governance.Keys;

/// <summary>A passphrase or PIN: UTF-8 bytes that are wiped once they were used.</summary>
public sealed class Secret : IDisposable
{
    /// <summary>The longest that is taken, in bytes.</summary>
    public const int MaxBytes = 1024;

    private readonly byte[] _utf8;

    /// <summary>Copies the bytes.</summary>
    /// <exception cref="ArgumentException">None, or more than <see cref="MaxBytes"/>.</exception>
    public Secret(ReadOnlySpan<byte> utf8) =>
        _utf8 = utf8.Length is > 0 and <= MaxBytes ? utf8.ToArray() : throw new ArgumentException($"A secret has 1 to {MaxBytes} bytes.", nameof(utf8));

    internal byte[] Utf8 => _utf8;

    /// <summary>The same, to be wiped on its own.</summary>
    public Secret Copy() => new(_utf8);

    /// <summary>Whether both are the same.</summary>
    public bool IsSameAs(Secret other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CryptographicOperations.FixedTimeEquals(_utf8, other._utf8);
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_utf8);
}
