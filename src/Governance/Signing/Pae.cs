using System.Globalization;
using System.Text;

namespace Loragate.Governance.Signing;

/// <summary>DSSE's pre-authentication encoding: what is really signed (DSSE protocol v1).</summary>
public static class Pae
{
    /// <summary>"DSSEv1" SP len(type) SP type SP len(body) SP body, with lengths in bytes as ASCII decimals.</summary>
    public static byte[] Encode(string payloadType, ReadOnlySpan<byte> payload)
    {
        var type = Encoding.UTF8.GetBytes(payloadType);
        var head = string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {type.Length} ");
        var middle = string.Create(CultureInfo.InvariantCulture, $" {payload.Length} ");
        return [.. Encoding.ASCII.GetBytes(head), .. type, .. Encoding.ASCII.GetBytes(middle), .. payload];
    }
}
