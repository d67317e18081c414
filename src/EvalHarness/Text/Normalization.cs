using System.Globalization;
using System.Reflection;
using System.Text;

namespace Loragate.EvalHarness.Text;

/// <summary>
/// Unicode normalization (UAX #15), from data that this assembly carries: with invariant globalization the runtime leaves
/// text as it is, and a tokenizer must not depend on a library of the machine. Unicode 15.0; the stability policy fixes the
/// result for every character assigned by then.
/// </summary>
internal static class Normalization
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int LeadCount = 19;
    private const int VowelCount = 21;
    private const int TrailCount = 28;
    private const int HangulCount = LeadCount * VowelCount * TrailCount;

    private static readonly Lazy<Tables> Data = new(Load);

    /// <summary>The text in the form that <paramref name="form"/> names.</summary>
    public static string Normalize(string text, NormalizationForm form)
    {
        if (Ascii.IsValid(text))
            return text;
        var compatible = form is NormalizationForm.FormKC or NormalizationForm.FormKD;
        var codes = Decompose(text, compatible);
        Reorder(codes);
        if (form is NormalizationForm.FormC or NormalizationForm.FormKC)
            codes = Compose(codes);
        var result = new StringBuilder(codes.Count);
        foreach (var code in codes)
            result.Append(new Rune(code));
        return result.ToString();
    }

    private static List<int> Decompose(string text, bool compatible)
    {
        var codes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, compatible, codes);
        return codes;
    }

    private static void Decompose(int code, bool compatible, List<int> codes)
    {
        var tables = Data.Value;
        if (code is >= HangulBase and < HangulBase + HangulCount)
            DecomposeHangul(code - HangulBase, codes);
        else if (tables.Canonical.TryGetValue(code, out var mapping) || (compatible && tables.Compatible.TryGetValue(code, out mapping)))
        {
            foreach (var part in mapping)
                Decompose(part, compatible, codes);
        }
        else
            codes.Add(code);
    }

    // Unicode Standard §3.12, Hangul Syllable Decomposition.
    private static void DecomposeHangul(int index, List<int> codes)
    {
        codes.Add(LeadBase + (index / (VowelCount * TrailCount)));
        codes.Add(VowelBase + (index % (VowelCount * TrailCount) / TrailCount));
        if (index % TrailCount is > 0 and var trail)
            codes.Add(TrailBase + trail);
    }

    // Unicode Standard §3.11, D109: a stable sort of each run of non-starters by combining class.
    private static void Reorder(List<int> codes)
    {
        var classes = Data.Value.Classes;
        for (var i = 1; i < codes.Count; i++)
        {
            var combining = classes.GetValueOrDefault(codes[i]);
            if (combining == 0)
                continue;
            var j = i;
            while (j > 0 && classes.GetValueOrDefault(codes[j - 1]) > combining)
            {
                (codes[j], codes[j - 1]) = (codes[j - 1], codes[j]);
                j--;
            }
        }
    }

    // Unicode Standard §3.11, D117: the canonical composition algorithm.
    private static List<int> Compose(List<int> codes)
    {
        var classes = Data.Value.Classes;
        var result = new List<int>(codes.Count);
        var starter = -1;
        var last = 0;
        foreach (var code in codes)
        {
            var combining = classes.GetValueOrDefault(code);
            var adjacent = starter == result.Count - 1;
            if (starter >= 0 && (adjacent || (last < combining && last != 0)) && Pair(result[starter], code) is { } composed)
            {
                result[starter] = composed;
                continue;
            }
            if (combining == 0)
                starter = result.Count;
            last = combining;
            result.Add(code);
        }
        return result;
    }

    private static int? Pair(int first, int second)
    {
        if (first is >= LeadBase and < LeadBase + LeadCount && second is >= VowelBase and < VowelBase + VowelCount)
            return HangulBase + (((first - LeadBase) * VowelCount) + second - VowelBase) * TrailCount;
        if (first is >= HangulBase and < HangulBase + HangulCount && (first - HangulBase) % TrailCount == 0 && second is > TrailBase and < TrailBase + TrailCount)
            return first + second - TrailBase;
        return Data.Value.Compositions.TryGetValue((first, second), out var composed) ? composed : null;
    }

    private static Tables Load()
    {
        var tables = new Tables([], [], [], []);
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(typeof(Normalization), "normalization.txt")
            ?? throw new InvalidOperationException("The normalization data is not in the assembly.");
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
                Read(line.Split(' '), tables);
        }
        return tables;
    }

    private static void Read(string[] fields, Tables tables)
    {
        var code = Hex(fields[1]);
        if (fields[0] == "C")
        {
            var combining = byte.Parse(fields[3], CultureInfo.InvariantCulture);
            for (var c = code; c <= Hex(fields[2]); c++)
                tables.Classes[c] = combining;
            return;
        }
        int[] mapping = [.. fields.Skip(2).Select(Hex)];
        (fields[0] == "K" ? tables.Compatible : tables.Canonical)[code] = mapping;
        if (fields[0] == "D")
            tables.Compositions[(mapping[0], mapping[1])] = code;
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private sealed record Tables(
        Dictionary<int, byte> Classes,
        Dictionary<int, int[]> Canonical,
        Dictionary<int, int[]> Compatible,
        Dictionary<(int First, int Second), int> Compositions);
}
