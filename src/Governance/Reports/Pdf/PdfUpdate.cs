using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>An incremental update (ISO 32000-1 §7.5.6): objects that are appended to a file, with a classic table and a trailer that carries an /ID.</summary>
internal sealed class PdfUpdate
{
    private const int IdLength = 16;
    private readonly PdfFile _file;
    private readonly ArrayBufferWriter<byte> _appended = new();
    private readonly SortedDictionary<int, long> _offsets = [];
    private int _next;

    public PdfUpdate(PdfFile file)
    {
        _file = file;
        _next = file.Trailer["Size"] is PdfValue.Number { Whole: > 0 } size ? (int)size.Whole : throw new ArgumentException("The file's trailer has no size.", nameof(file));
    }

    /// <summary>A string in hexadecimal, of bytes.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes) => $"<{Convert.ToHexStringLower(bytes)}>";

    /// <summary>A text string: UTF-16BE with a byte order mark (ISO 32000-1 §7.9.2.2).</summary>
    public static string Text(string text) => Hex([0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(text)]);

    /// <summary>A date, UTC.</summary>
    public static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("'(D:'yyyyMMddHHmmss'Z)'", CultureInfo.InvariantCulture);

    /// <summary>A number that the next object will have, for references that come before it.</summary>
    public int Reserve() => _next++;

    /// <summary>Appends a new object.</summary>
    public int Add(string text)
    {
        var number = Reserve();
        Put(number, text);
        return number;
    }

    /// <summary>Appends a stream; the data is compressed where that helps nobody to read it.</summary>
    /// <param name="entries">The dictionary's entries besides filter and length.</param>
    /// <param name="data">The data.</param>
    /// <param name="isPlain">Whether it must stay readable in the file.</param>
    public int AddStream(string entries, ReadOnlySpan<byte> data, bool isPlain = false) => isPlain ? AddStored(entries, data) : AddDeflated(entries, Deflate(data));

    /// <summary>Appends a stream that is compressed already.</summary>
    /// <param name="entries">The dictionary's entries besides filter and length.</param>
    /// <param name="deflated">What <see cref="Deflate"/> made of the data.</param>
    public int AddDeflated(string entries, ReadOnlySpan<byte> deflated) => AddStored(entries + " /Filter /FlateDecode", deflated);

    /// <summary>Compresses the data of a stream.</summary>
    public static byte[] Deflate(ReadOnlySpan<byte> data)
    {
        using var deflated = new MemoryStream();
        using (var zlib = new ZLibStream(deflated, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(data);
        return deflated.ToArray();
    }

    /// <summary>Writes an object under a number: a reserved one, or that of an object which this one replaces.</summary>
    /// <returns>Where the object's text begins in the file.</returns>
    public long Put(int number, string text)
    {
        Begin(number);
        var start = _file.Bytes.Length + _appended.WrittenCount;
        Write($"{text}\nendobj\n");
        return start;
    }

    /// <summary>The file with the update, whose trailer names root and info of the file before.</summary>
    public byte[] Finish()
    {
        var id = Hex(SHA256.HashData([.. SHA256.HashData(_file.Bytes.Span), .. SHA256.HashData(_appended.WrittenSpan)]).AsSpan(0, IdLength));
        var table = _file.Bytes.Length + _appended.WrittenCount;
        Write("xref\n");
        foreach (var run in Runs())
        {
            Write($"{run[0]} {run.Count}\n");
            foreach (var number in run)
                Write($"{_offsets[number].ToString("0000000000", CultureInfo.InvariantCulture)} 00000 n \n");
        }
        Write($"trailer\n<</Size {_next} {Inherited("Root")} {Inherited("Info")} /Prev {_file.Table} /ID [{id}{id}]>>\nstartxref\n{table}\n%%EOF\n");
        return [.. _file.Bytes.Span, .. _appended.WrittenSpan];
    }

    private string Inherited(string key) =>
        _file.Trailer[key] is PdfValue.Reference reference ? $"/{key} {reference.Object} 0 R" : throw new InvalidOperationException($"The trailer has no {key}.");

    /// <summary>The numbers, cut where one is left out.</summary>
    private List<List<int>> Runs()
    {
        List<List<int>> runs = [];
        foreach (var number in _offsets.Keys)
        {
            if (runs.Count > 0 && runs[^1][^1] == number - 1)
                runs[^1].Add(number);
            else
                runs.Add([number]);
        }
        return runs;
    }

    private void Begin(int number)
    {
        _offsets.Add(number, _file.Bytes.Length + _appended.WrittenCount);
        Write($"{number} 0 obj\n");
    }

    private void Write(FormattableString text) => Write(FormattableString.Invariant(text));

    private void Write(string text) => _appended.Write(Encoding.ASCII.GetBytes(text));

    private int AddStored(string entries, ReadOnlySpan<byte> stored)
    {
        var number = Reserve();
        Begin(number);
        Write($"<<{entries} /Length {stored.Length.ToString(CultureInfo.InvariantCulture)}>>\nstream\n");
        _appended.Write(stored);
        Write("\nendstream\nendobj\n");
        return number;
    }
}
