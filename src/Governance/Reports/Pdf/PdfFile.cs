using System.IO.Compression;
using System.Text;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>
/// A PDF with classic cross-reference tables (ISO 32000-1 §7.5), read strictly. Enough for what reports are: pages as Skia writes them, and one update.
/// </summary>
internal sealed class PdfFile
{
    private const int MostUpdates = 16;
    private const int EntryLength = 20;
    private const string End = "%%EOF\n";
    private readonly Dictionary<int, int> _offsets = [];
    private readonly string _place;

    private PdfFile(ReadOnlyMemory<byte> bytes, string place) => (Bytes, _place) = (bytes, place);

    /// <summary>The whole file.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The trailer of the last update.</summary>
    public PdfValue.Dictionary Trailer { get; private set; } = new(new Dictionary<string, PdfValue>());

    /// <summary>Where the last cross-reference table begins.</summary>
    public int Table { get; private set; }

    /// <summary>The catalogue.</summary>
    public PdfValue.Dictionary Catalog => Dictionary(Trailer["Root"]);

    /// <summary>Reads header, tables and trailers.</summary>
    /// <exception cref="PdfException">Another form.</exception>
    public static PdfFile Parse(ReadOnlyMemory<byte> bytes, string place)
    {
        var file = new PdfFile(bytes, place);
        if (!bytes.Span.StartsWith("%PDF-1."u8))
            throw new PdfException(place, 0, "no PDF: it does not begin with '%PDF-1.'");
        file.ReadTables(file.StartOfTable(bytes.Length));
        return file;
    }

    /// <summary>The object that a value is or refers to.</summary>
    /// <exception cref="PdfException">No such object.</exception>
    public PdfValue Resolve(PdfValue value) => value is PdfValue.Reference reference ? Open(reference.Object).Read() : value;

    /// <summary>A dictionary; an empty one where the value is something else.</summary>
    public PdfValue.Dictionary Dictionary(PdfValue value) => Resolve(value) as PdfValue.Dictionary ?? new PdfValue.Dictionary(new Dictionary<string, PdfValue>());

    /// <summary>An array's items; none where the value is something else.</summary>
    public IReadOnlyList<PdfValue> List(PdfValue value) => Resolve(value) is PdfValue.List list ? list.Items : [];

    /// <summary>The bytes of an indirect object between "obj" and "endobj".</summary>
    public ReadOnlyMemory<byte> Raw(int number)
    {
        var parser = Open(number);
        var start = Offset(number);
        _ = parser.Read();
        return Bytes[start..parser.Offset];
    }

    /// <summary>Where the bytes of <see cref="Raw"/> begin.</summary>
    public int Offset(int number)
    {
        var parser = Open(number);
        parser.SkipSpace();
        return parser.Offset;
    }

    /// <summary>A stream's data: as it stands there, or inflated.</summary>
    /// <param name="value">A reference to it.</param>
    /// <param name="most">How many bytes are read of it.</param>
    /// <exception cref="PdfException">No stream, another filter, damaged, or larger than is read.</exception>
    public byte[] Stream(PdfValue value, int most)
    {
        var parser = Open(value is PdfValue.Reference reference ? reference.Object : throw new PdfException(_place, 0, "a stream was expected"));
        var head = parser.Read() as PdfValue.Dictionary ?? throw parser.Fault("a stream's dictionary was expected");
        parser.Require("stream");
        if (!parser.TryTake("\r\n") && !parser.TryTake("\n"))
            throw parser.Fault("a line's end was expected");
        var start = parser.Offset;
        var length = head["Length"] is PdfValue.Number { Whole: >= 0 } number ? (int)number.Whole : throw parser.Fault("a stream without a plain length");
        if (length > Bytes.Length - start)
            throw parser.Fault("the stream is longer than the file");
        var end = new PdfParser(Bytes, start + length, _place);
        end.Require("endstream");
        return head["Filter"] switch
        {
            PdfValue.Null => length <= most ? Bytes.Slice(start, length).ToArray() : throw TooLarge(start, most),
            PdfValue.Name { Value: "FlateDecode" } when head["DecodeParms"] is PdfValue.Null => Inflate(Bytes.Slice(start, length), start, most),
            _ => throw parser.Fault("a filter other than FlateDecode"),
        };
    }

    /// <summary>The pages, as references, in order.</summary>
    public IReadOnlyList<PdfValue.Reference> Pages()
    {
        List<PdfValue.Reference> pages = [];
        AddPages(Catalog["Pages"], pages, 0);
        return pages;
    }

    private void AddPages(PdfValue node, List<PdfValue.Reference> pages, int depth)
    {
        if (node is not PdfValue.Reference reference || depth > MostUpdates)
            throw new PdfException(_place, 0, "the page tree is no tree of references");
        var dictionary = Dictionary(reference);
        if (dictionary["Kids"] is PdfValue.Null)
            pages.Add(reference);
        foreach (var kid in List(dictionary["Kids"]))
            AddPages(kid, pages, depth + 1);
    }

    private PdfException TooLarge(int offset, int most) => new(_place, offset, $"a stream of more than {most} bytes, which is all that is read here");

    private byte[] Inflate(ReadOnlyMemory<byte> data, int offset, int most)
    {
        using var inflated = new MemoryStream();
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
            var buffer = new byte[1 << 16];
            for (int read; (read = zlib.Read(buffer)) > 0;)
            {
                if (inflated.Length + read > most)
                    throw TooLarge(offset, most);
                inflated.Write(buffer, 0, read);
            }
            return inflated.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new PdfException(_place, offset, "a damaged stream", e);
        }
    }

    private PdfParser Open(int number)
    {
        if (!_offsets.TryGetValue(number, out var offset))
            throw new PdfException(_place, 0, $"object {number} is missing");
        var parser = new PdfParser(Bytes, offset, _place);
        if (parser.ReadWhole() != number)
            throw parser.Fault($"object {number} was expected");
        parser.Require("0");
        parser.Require("obj");
        return parser;
    }

    /// <summary>The number between "startxref" and "%%EOF", which must be the file's last lines.</summary>
    private int StartOfTable(int end)
    {
        const string start = "startxref\n";
        var tail = Encoding.ASCII.GetString(Bytes.Span[Math.Max(0, end - 40)..end]);
        var at = tail.LastIndexOf(start, StringComparison.Ordinal);
        if (at < 0 || !tail.EndsWith('\n' + End, StringComparison.Ordinal))
            throw new PdfException(_place, end, "the file does not end in 'startxref', a number and '%%EOF'");
        return new PdfParser(Bytes, end - tail.Length + at + start.Length, _place).ReadWhole();
    }

    private void ReadTables(int offset)
    {
        var updates = 0;
        for (var next = offset; ;)
        {
            var trailer = ReadTable(next);
            if (updates++ == 0)
                (Trailer, Table) = (trailer, next);
            if (trailer["Prev"] is not PdfValue.Number { Whole: > 0 } earlier)
                return;
            if (earlier.Whole >= next || updates > MostUpdates)
                throw new PdfException(_place, next, "the tables do not lead back to the file's beginning");
            next = (int)earlier.Whole;
        }
    }

    private PdfValue.Dictionary ReadTable(int offset)
    {
        var parser = new PdfParser(Bytes, offset, _place);
        if (!parser.TryTake("xref\n"))
            throw parser.Fault("a cross-reference table was expected");
        for (parser.SkipSpace(); !parser.TryTake("trailer"); parser.SkipSpace())
        {
            var (first, count) = (parser.ReadWhole(), parser.ReadWhole());
            parser.SkipSpace();
            parser = ReadEntries(parser.Offset, first, count);
        }
        return parser.Read() as PdfValue.Dictionary ?? throw parser.Fault("a trailer was expected");
    }

    private PdfParser ReadEntries(int offset, int first, int count)
    {
        if ((long)count * EntryLength > Bytes.Length - offset)
            throw new PdfException(_place, offset, "the table is longer than the file");
        for (var i = 0; i < count; i++)
        {
            var entry = new PdfParser(Bytes, offset + (i * EntryLength), _place);
            var (place, generation) = (entry.ReadWhole(), entry.ReadWhole());
            entry.SkipSpace();
            // The newest table comes first, and what it says of an object counts.
            if (entry.TryTake("n") && generation == 0)
                _offsets.TryAdd(first + i, place);
        }
        return new PdfParser(Bytes, offset + (count * EntryLength), _place);
    }
}
