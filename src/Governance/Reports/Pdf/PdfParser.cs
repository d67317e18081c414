using System.Buffers;
using System.Globalization;
using System.Text;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>Reads PDF objects (ISO 32000-1 §7.2–7.3) strictly: no recovery, nothing guessed, nesting limited.</summary>
internal sealed class PdfParser(ReadOnlyMemory<byte> bytes, int offset, string place)
{
    private const int MostNested = 32;
    private const int MostItems = 1 << 20;

    private ReadOnlySpan<byte> Bytes => bytes.Span;

    /// <summary>The next byte to read.</summary>
    public int Offset { get; private set; } = offset <= bytes.Length ? offset : throw new PdfException(place, bytes.Length, $"the file ends before byte {offset}, where something is said to stand");

    /// <summary>Reads an object.</summary>
    public PdfValue Read() => Read(0);

    /// <summary>Reads a whole number that is not negative.</summary>
    public int ReadWhole()
    {
        SkipSpace();
        var start = Offset;
        while (Offset < Bytes.Length && char.IsAsciiDigit((char)Bytes[Offset]))
            Offset++;
        return int.TryParse(Bytes[start..Offset], NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw Fault("a whole number was expected");
    }

    /// <summary>Reads a keyword that must be this one.</summary>
    public void Require(string keyword)
    {
        SkipSpace();
        if (!TryTake(keyword))
            throw Fault($"'{keyword}' was expected");
    }

    /// <summary>Takes these bytes if they come next, without skipping space.</summary>
    public bool TryTake(string ascii)
    {
        if (Offset + ascii.Length > Bytes.Length || !Bytes.Slice(Offset, ascii.Length).SequenceEqual(Encoding.ASCII.GetBytes(ascii)))
            return false;
        Offset += ascii.Length;
        return true;
    }

    /// <summary>Skips white space; comments stand nowhere in a report.</summary>
    public void SkipSpace()
    {
        while (Offset < Bytes.Length && IsSpace(Bytes[Offset]))
            Offset++;
    }

    public PdfException Fault(string fault) => new(place, Offset, fault);

    private static bool IsSpace(byte value) => value is 0 or 9 or 10 or 12 or 13 or 32;

    private static bool IsDelimiter(byte value) => value is (byte)'(' or (byte)')' or (byte)'<' or (byte)'>' or (byte)'[' or (byte)']' or (byte)'{' or (byte)'}' or (byte)'/' or (byte)'%';

    private byte Peek() => Offset < Bytes.Length ? Bytes[Offset] : throw Fault("the file ends inside an object");

    private PdfValue Read(int depth)
    {
        if (depth > MostNested)
            throw Fault("objects are nested too deep");
        SkipSpace();
        return Peek() switch
        {
            (byte)'/' => ReadName(),
            (byte)'(' => ReadLiteral(),
            (byte)'[' => ReadList(depth),
            (byte)'<' => Offset + 1 < Bytes.Length && Bytes[Offset + 1] == '<' ? ReadDictionary(depth) : ReadHex(),
            (byte)'+' or (byte)'-' or (byte)'.' or (>= (byte)'0' and <= (byte)'9') => ReadNumber(),
            _ when TryTake("true") => new PdfValue.Truth(true),
            _ when TryTake("false") => new PdfValue.Truth(false),
            _ when TryTake("null") => new PdfValue.Null(),
            _ => throw Fault("no object begins here"),
        };
    }

    private PdfValue.Name ReadName()
    {
        Offset++;
        var name = new StringBuilder();
        while (Offset < Bytes.Length && !IsSpace(Bytes[Offset]) && !IsDelimiter(Bytes[Offset]))
        {
            if (Bytes[Offset] == '#')
                name.Append((char)ReadEscaped());
            else
                name.Append((char)Bytes[Offset++]);
        }
        return new PdfValue.Name(name.ToString());
    }

    private byte ReadEscaped()
    {
        if (Offset + 3 > Bytes.Length || !byte.TryParse(Bytes.Slice(Offset + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            throw Fault("two hexadecimal digits were expected after '#'");
        Offset += 3;
        return value;
    }

    private PdfValue ReadNumber()
    {
        var start = Offset;
        while (Offset < Bytes.Length && (char.IsAsciiDigit((char)Bytes[Offset]) || Bytes[Offset] is (byte)'+' or (byte)'-' or (byte)'.'))
            Offset++;
        if (!double.TryParse(Bytes[start..Offset], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
            throw Fault("a number was expected");
        var end = Offset;
        // "12 0 R" is one object, "12 0" are two.
        if (new PdfValue.Number(value).Whole is > 0 and <= int.MaxValue and var number && TryTake(" 0 R"))
            return new PdfValue.Reference((int)number);
        Offset = end;
        return new PdfValue.Number(value);
    }

    private PdfValue.Text ReadLiteral()
    {
        Offset++;
        List<byte> text = [];
        for (var depth = 1; ; Offset++)
        {
            var value = Peek();
            if (value == '\\')
                throw Fault("an escape in a string: reports hold none");
            depth += value switch { (byte)'(' => 1, (byte)')' => -1, _ => 0 };
            if (depth == 0)
                break;
            text.Add(value);
        }
        Offset++;
        return new PdfValue.Text(text.ToArray());
    }

    private PdfValue.Text ReadHex()
    {
        var start = ++Offset;
        while (Peek() != '>')
            Offset++;
        var digits = Bytes[start..Offset++];
        var text = new byte[digits.Length / 2];
        return digits.Length % 2 == 0 && Convert.FromHexString(Encoding.Latin1.GetString(digits), text, out _, out _) == OperationStatus.Done
            ? new PdfValue.Text(text)
            : throw Fault("a hexadecimal string of another form than pairs of digits");
    }

    private PdfValue.List ReadList(int depth)
    {
        Offset++;
        List<PdfValue> items = [];
        for (SkipSpace(); !TryTake("]"); SkipSpace())
        {
            if (items.Count == MostItems)
                throw Fault($"more than {MostItems} items in an array");
            items.Add(Read(depth + 1));
        }
        return new PdfValue.List(items);
    }

    private PdfValue.Dictionary ReadDictionary(int depth)
    {
        Offset += 2;
        var entries = new Dictionary<string, PdfValue>(StringComparer.Ordinal);
        for (SkipSpace(); !TryTake(">>"); SkipSpace())
        {
            if (Peek() != '/')
                throw Fault("a key was expected");
            var key = ReadName().Value;
            if (!entries.TryAdd(key, Read(depth + 1)))
                throw Fault($"the key '{key}' stands twice");
        }
        return new PdfValue.Dictionary(entries);
    }
}
