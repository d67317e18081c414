using System.Buffers.Binary;
using System.Text;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>
/// An ICC display profile of sRGB: the output intent of a PDF/A whose colours are plain RGB. Sources: ICC.1:2010 (profile version 4.2) §7–10,
/// IEC 61966-2-1 (primaries and transfer curve), primaries adapted to D50 by Bradford's method.
/// </summary>
internal static class SrgbProfile
{
    private const int HeaderLength = 128;
    private const string Name = "sRGB IEC 61966-2-1";
    private static readonly double[] WhiteD50 = [0.9642, 1, 0.8249];

    /// <summary>The profile's bytes.</summary>
    public static byte[] Bytes { get; } = Make();

    private static byte[] Make()
    {
        var curve = Numbers("para", [0, 3, 0, 0], [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]);
        (string Tag, byte[] Data)[] tags =
        [
            ("desc", Words(Name)),
            ("cprt", Words("No copyright, use freely")),
            ("wtpt", Numbers("XYZ ", [], WhiteD50)),
            ("chad", Numbers("sf32", [], [1.047882, 0.022919, -0.050201, 0.029587, 0.990479, -0.017059, -0.009232, 0.015076, 0.751678])),
            ("rXYZ", Numbers("XYZ ", [], [0.436066, 0.222488, 0.013916])),
            ("gXYZ", Numbers("XYZ ", [], [0.385147, 0.716873, 0.097076])),
            ("bXYZ", Numbers("XYZ ", [], [0.143066, 0.060608, 0.714096])),
            ("rTRC", curve),
            ("gTRC", curve),
            ("bTRC", curve),
        ];
        using var table = new MemoryStream();
        using var data = new MemoryStream();
        var start = HeaderLength + 4 + (12 * tags.Length);
        table.Write(Whole(tags.Length));
        foreach (var (tag, bytes) in tags)
        {
            table.Write([.. Encoding.ASCII.GetBytes(tag), .. Whole(start + (int)data.Length), .. Whole(bytes.Length)]);
            data.Write(bytes);
        }
        return [.. Header(start + (int)data.Length), .. table.ToArray(), .. data.ToArray()];
    }

    private static byte[] Header(int size)
    {
        var header = new byte[HeaderLength];
        Whole(size).CopyTo(header, 0);
        header[8] = 4; // version 4.2
        header[9] = 0x20;
        Encoding.ASCII.GetBytes("mntrRGB XYZ ").CopyTo(header, 12);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(24), 2026); // the profile's date, which says nothing of the report's
        header[27] = header[29] = 1;
        Encoding.ASCII.GetBytes("acsp").CopyTo(header, 36);
        Fixed(WhiteD50).CopyTo(header, 68);
        return header;
    }

    private static byte[] Numbers(string type, byte[] head, double[] values) => [.. Encoding.ASCII.GetBytes(type), 0, 0, 0, 0, .. head, .. Fixed(values)];

    /// <summary>multiLocalizedUnicodeType with one record, filled up to a multiple of four.</summary>
    private static byte[] Words(string text)
    {
        var utf16 = Encoding.BigEndianUnicode.GetBytes(text);
        byte[] bytes = [.. Encoding.ASCII.GetBytes("mluc"), 0, 0, 0, 0, .. Whole(1), .. Whole(12), .. Encoding.ASCII.GetBytes("enUS"), .. Whole(utf16.Length), .. Whole(28), .. utf16];
        return [.. bytes, .. new byte[(4 - (bytes.Length % 4)) % 4]];
    }

    /// <summary>s15Fixed16Number.</summary>
    private static byte[] Fixed(double[] values) => [.. values.SelectMany(value => Whole((int)Math.Round(value * 65536)))];

    private static byte[] Whole(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
