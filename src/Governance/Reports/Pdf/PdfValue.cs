namespace Loragate.Governance.Reports.Pdf;

/// <summary>A PDF object that is no stream (ISO 32000-1 §7.3).</summary>
internal abstract record PdfValue
{
    private PdfValue()
    {
    }

    /// <summary>null.</summary>
    public sealed record Null : PdfValue;

    /// <summary>true or false.</summary>
    public sealed record Truth(bool Value) : PdfValue;

    /// <summary>A number.</summary>
    public sealed record Number(double Value) : PdfValue
    {
        /// <summary>The number as a whole one that is not negative; −1 where it is none.</summary>
        public long Whole => Value >= 0 && Value <= int.MaxValue && Value == Math.Floor(Value) ? (long)Value : -1;
    }

    /// <summary>A name, without its solidus, escapes resolved.</summary>
    public sealed record Name(string Value) : PdfValue;

    /// <summary>A string, literal or hexadecimal.</summary>
    public sealed record Text(ReadOnlyMemory<byte> Bytes) : PdfValue;

    /// <summary>An array.</summary>
    public sealed record List(IReadOnlyList<PdfValue> Items) : PdfValue;

    /// <summary>A dictionary.</summary>
    public sealed record Dictionary(IReadOnlyDictionary<string, PdfValue> Entries) : PdfValue
    {
        /// <summary>The entry of a key; <see cref="Null"/> where there is none.</summary>
        public PdfValue this[string key] => Entries.TryGetValue(key, out var value) ? value : new Null();
    }

    /// <summary>A reference to an indirect object of generation 0: no others are read.</summary>
    public sealed record Reference(int Object) : PdfValue;
}
