using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Loragate.Artifacts.Json;

/// <summary>
/// Puts JSON into canonical form token by token, with no document in between. What is canonical already, most of what is read, is copied; only the rest is decoded and written anew.
/// </summary>
internal sealed class CanonicalWriter : IDisposable
{
    // Decimals of so many significant digits read back as themselves from a double, so no shorter ones would do.
    private const int SafeDigits = 15;
    private const int MostZeros = 5;

    private readonly PooledBytes _output;
    private readonly PooledBytes _moved = new();
    private readonly List<Property> _properties = [];
    private readonly Comparer<Property> _byName;

    public CanonicalWriter(PooledBytes output) => (_output, _byName) = (output, Comparer<Property>.Create(Compare));

    /// <summary>Writes the canonical form of one JSON value.</summary>
    /// <param name="utf8">The value, which a reader or writer of JSON has checked.</param>
    /// <exception cref="InvalidOperationException">A string is no Unicode, or an object has a key twice: then there is no such form.</exception>
    public void Write(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, MaxDepth = int.MaxValue });
        reader.Read();
        WriteValue(ref reader);
    }

    public void Dispose() => _moved.Dispose();

    private void WriteValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                WriteObject(ref reader);
                break;
            case JsonTokenType.StartArray:
                WriteArray(ref reader);
                break;
            case JsonTokenType.String:
                _ = WriteText(ref reader);
                break;
            case JsonTokenType.Number:
                if (IsCanonical(reader.ValueSpan))
                    _output.Add(reader.ValueSpan);
                else
                    CanonicalJson.WriteNumber(_output, reader.GetDouble());
                break;
            case JsonTokenType.True:
                _output.Add("true"u8);
                break;
            case JsonTokenType.False:
                _output.Add("false"u8);
                break;
            default:
                _output.Add("null"u8);
                break;
        }
    }

    private void WriteArray(ref Utf8JsonReader reader)
    {
        _output.Add((byte)'[');
        for (var isFirst = true; reader.Read() && reader.TokenType != JsonTokenType.EndArray; isFirst = false)
        {
            if (!isFirst)
                _output.Add((byte)',');
            WriteValue(ref reader);
        }
        _output.Add((byte)']');
    }

    private void WriteObject(ref Utf8JsonReader reader)
    {
        var (first, isSorted) = (_properties.Count, true);
        _output.Add((byte)'{');
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (_properties.Count > first)
                _output.Add((byte)',');
            var start = _output.Length;
            var isPlain = WriteText(ref reader);
            var name = _output.Length;
            _output.Add((byte)':');
            reader.Read();
            WriteValue(ref reader);
            var property = new Property(start, name - start, _output.Length - start, isPlain);
            isSorted = isSorted && (_properties.Count == first || Compare(_properties[^1], property) < 0);
            _properties.Add(property);
        }
        if (!isSorted)
            Sort(first);
        _properties.RemoveRange(first, _properties.Count - first);
        _output.Add((byte)'}');
    }

    /// <summary>Writes the properties of the object that is being written again, in their order.</summary>
    private void Sort(int first)
    {
        var start = _properties[first].Start;
        var written = _output.Written[start..];
        var moved = _moved.GetSpan(written.Length);
        written.CopyTo(moved);
        _properties.Sort(first, _properties.Count - first, _byName);
        for (var i = first + 1; i < _properties.Count; i++)
        {
            if (Compare(_properties[i - 1], _properties[i]) == 0)
                throw new InvalidOperationException($"the key '{Name(_properties[i])}' stands twice");
        }
        for (var i = first; i < _properties.Count; i++)
        {
            var property = _properties[i];
            moved.Slice(property.Start - start, property.Length).CopyTo(written);
            written = written[property.Length..];
            if (i == _properties.Count - 1)
                continue;
            written[0] = (byte)',';
            written = written[1..];
        }
    }

    /// <summary>By UTF-16 code units. Names of ASCII alone that need no escapes are in that order byte by byte; others are decoded.</summary>
    private int Compare(Property one, Property other) => one.IsPlain && other.IsPlain
        ? _output.Written.Slice(one.Start + 1, one.NameLength - 2).SequenceCompareTo(_output.Written.Slice(other.Start + 1, other.NameLength - 2))
        : string.CompareOrdinal(Name(one), Name(other));

    private string Name(Property property)
    {
        var reader = new Utf8JsonReader(_output.Written.Slice(property.Start, property.NameLength));
        reader.Read();
        return reader.GetString()!;
    }

    /// <summary>Writes a string literal; says whether it is ASCII without escapes.</summary>
    private bool WriteText(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped)
        {
            CanonicalJson.WriteString(_output, reader.GetString()!);
            return false;
        }
        var text = reader.ValueSpan;
        var isAscii = Ascii.IsValid(text);
        if (!isAscii && !Utf8.IsValid(text))
            throw new InvalidOperationException("A string is not valid UTF-8.");
        _output.Add((byte)'"');
        _output.Add(text);
        _output.Add((byte)'"');
        return isAscii;
    }

    /// <summary>Whether a number is certainly what <see cref="CanonicalJson.Number"/> writes: few digits, no exponent, nothing to leave out.</summary>
    private static bool IsCanonical(ReadOnlySpan<byte> number)
    {
        var digits = number[0] == '-' ? number[1..] : number;
        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? default : digits[(point + 1)..];
        if (whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        if (whole is not [(byte)'0'])
            return whole.Length + fraction.Length <= SafeDigits && (fraction.IsEmpty || fraction[^1] != '0');
        if (fraction.IsEmpty)
            return digits.Length == number.Length;
        var zeros = fraction.IndexOfAnyExcept((byte)'0');
        return zeros is >= 0 and <= MostZeros && fraction.Length - zeros <= SafeDigits && fraction[^1] != '0';
    }

    private readonly record struct Property(int Start, int NameLength, int Length, bool IsPlain);
}
