using System.Text;

namespace Loragate.Governance.Signing;

/// <summary>Order by Unicode code points, which is the order of the UTF-8 bytes; UTF-16 order differs beyond U+FFFF (OMS v1.0 §6).</summary>
internal sealed class CodePointOrder : IComparer<string>
{
    public static CodePointOrder Instance { get; } = new();

    public int Compare(string? x, string? y) => Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y!));
}
