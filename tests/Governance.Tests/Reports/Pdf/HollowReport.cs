using System.Globalization;
using System.Text;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>
/// What somebody without any key makes of a signed report: other pages in the hole that the signature leaves out, which is moved to where it serves. Every signed byte
/// is there in its order, with the signature's own digits, and a byte range in the hole names the signed bytes as a reader would have it.
/// </summary>
internal static class HollowReport
{
    private const string Header = "0000000000 65535 f \n";
    private const int Value = 6;

    /// <summary>The hole at the file's end: all that was signed stands before it.</summary>
    public static byte[] AtTheEnd(byte[] report)
    {
        var (signed, digits) = Parts(report);
        string Hole(int after)
        {
            var hole = new StringBuilder("\n<>\n");
            var offsets = Put(hole, signed.Length, [.. Pages(), (Value, Signature(digits, signed.Length, after, 0))]);
            var table = signed.Length + hole.Length;
            return hole.Append(CultureInfo.InvariantCulture, $"xref\n0 1\n{Header}{Entries(offsets)}trailer\n<</Size 8 /Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n").ToString();
        }
        return [.. signed, .. Encoding.Latin1.GetBytes(Hole(signed.Length + Hole(0).Length))];
    }

    /// <summary>The hole before the last lines: they are the signed ones, and the table that they name lies in the hole.</summary>
    public static byte[] BeforeTheTail(byte[] report)
    {
        var (signed, digits) = Parts(report);
        var tail = Encoding.Latin1.GetString(signed)[Encoding.Latin1.GetString(signed).LastIndexOf("startxref", StringComparison.Ordinal)..];
        var (table, before) = (int.Parse(tail.Split('\n')[1], CultureInfo.InvariantCulture), signed.Length - tail.Length);
        string Hole(int after)
        {
            var hole = new StringBuilder("<00>\n<>\n");
            var offsets = Put(hole, before, Pages());
            hole.Append(' ', table - before - hole.Length);
            const string trailer = "trailer\n<</Size 8 /Root 1 0 R>>\n";
            var head = $"xref\n0 1\n{Header}";
            offsets[Value] = table + head.Length + Entries([.. offsets.Append(new(Value, 0))]).Length + trailer.Length;
            hole.Append(head).Append(Entries(offsets)).Append(trailer);
            _ = Put(hole, before, [(Value, Signature(digits, before, after, tail.Length))]);
            return hole.Append("<00>").ToString();
        }
        var made = Hole(before + Hole(0).Length);
        return [.. signed[..before], .. Encoding.Latin1.GetBytes(made), .. signed[before..]];
    }

    private static (byte[] Signed, string Digits) Parts(byte[] report)
    {
        var slot = SignatureSlot.Find(PdfFile.Parse(report, "r"), "r")!;
        return (slot.Signed(report), Encoding.Latin1.GetString(report.AsSpan(slot.Start, slot.End - slot.Start)));
    }

    private static (int Number, string Body)[] Pages()
    {
        const string drawn = "BT /F1 24 Tf 50 700 Td (Approved, says the forger) Tj ET";
        return
        [
            (1, $"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [5 0 R] /SigFlags 3>>>>"),
            (2, "<</Type /Pages /Kids [3 0 R] /Count 1>>"),
            (3, "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <</Font <</F1 7 0 R>>>> /Annots [5 0 R]>>"),
            (4, $"<</Length {drawn.Length}>>\nstream\n{drawn}\nendstream"),
            (5, $"<</Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /F 132 /Rect [0 0 0 0] /P 3 0 R /V {Value} 0 R>>"),
            (7, "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"),
        ];
    }

    private static string Signature(string digits, int before, int after, int rest) => string.Create(
        CultureInfo.InvariantCulture,
        $"<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:20260101000000Z)\n/Contents {digits}\n/ByteRange [0 {before:0000000000} {after:0000000000} {rest:0000000000}]>>");

    private static Dictionary<int, int> Put(StringBuilder hole, int start, (int Number, string Body)[] objects)
    {
        var offsets = new Dictionary<int, int>();
        foreach (var (number, body) in objects)
        {
            offsets[number] = start + hole.Length;
            hole.Append(CultureInfo.InvariantCulture, $"{number} 0 obj\n{body}\nendobj\n");
        }
        return offsets;
    }

    private static string Entries(IEnumerable<KeyValuePair<int, int>> offsets) =>
        string.Concat(offsets.OrderBy(entry => entry.Key).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} 1\n{entry.Value:0000000000} 00000 n \n")));
}
