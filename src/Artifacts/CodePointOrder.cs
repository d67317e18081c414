using System.Text;

namespace Loragate.Artifacts;

/// <summary>Order by Unicode code points, which is the order of the UTF-8 bytes and Python's; UTF-16 order differs beyond U+FFFF (OMS v1.0 §6).</summary>
public sealed class CodePointOrder : IComparer<string>
{
    /// <summary>The only one.</summary>
    public static CodePointOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
}
