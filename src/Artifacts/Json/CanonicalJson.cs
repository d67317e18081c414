using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Loragate.Artifacts.Json;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): one byte sequence for one JSON value. Keys are sorted by UTF-16 code units
/// (§3.2.3), numbers are written as ECMAScript does (§3.2.2.3), strings with the fewest escapes (§3.2.2.2), no white space.
/// </summary>
public static class CanonicalJson
{
    // The longest has a sign, 17 digits and 5 zeros behind a point, or 21 digits before one.
    private const int MostOfNumber = 32;

    private static readonly SearchValues<char> Escaped = SearchValues.Create([.. Enumerable.Range(0, ' ').Select(c => (char)c), '"', '\\']);

    private static readonly JsonWriterOptions Raw = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The canonical bytes of <paramref name="element"/>.</summary>
    public static byte[] Serialize(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
            throw new ArgumentException("An undefined element has no canonical form.", nameof(element));
        using var output = new PooledBytes();
        Write(output, JsonMarshal.GetRawUtf8Value(element));
        return output.Written.ToArray();
    }

    /// <summary>The canonical bytes of strict JSON.</summary>
    /// <exception cref="JsonFormatException">The input is not strict JSON.</exception>
    public static byte[] Canonicalize(ReadOnlyMemory<byte> utf8, string place)
    {
        using var document = StrictJson.Parse(utf8, place);
        return Serialize(document.RootElement);
    }

    /// <summary>The canonical bytes of an object graph that System.Text.Json can write.</summary>
    public static byte[] Serialize<T>(T value, JsonSerializerOptions options)
    {
        using var output = Write(value, typeof(T), options);
        return output.Written.ToArray();
    }

    /// <summary>The canonical bytes of an object graph, in a rented array.</summary>
    internal static PooledBytes Write(object? value, Type type, JsonSerializerOptions options)
    {
        using var written = new PooledBytes();
        using (var writer = new Utf8JsonWriter(written, Raw))
            JsonSerializer.Serialize(writer, value, type, options);
        var output = new PooledBytes();
        try
        {
            Write(output, written.Written);
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    /// <summary>A number as ECMAScript's Number::toString writes it.</summary>
    /// <exception cref="ArgumentException">NaN and infinities have no JSON form.</exception>
    public static string Number(double value)
    {
        Span<byte> text = stackalloc byte[MostOfNumber];
        return Encoding.ASCII.GetString(text[..Format(value, text)]);
    }

    /// <summary>Writes a number as <see cref="Number"/> does.</summary>
    internal static void WriteNumber(IBufferWriter<byte> buffer, double value) => buffer.Advance(Format(value, buffer.GetSpan(MostOfNumber)));

    /// <summary>Writes a string literal with the fewest escapes (RFC 8785 §3.2.2.2).</summary>
    internal static void WriteString(IBufferWriter<byte> buffer, string text)
    {
        buffer.Write("\""u8);
        var rest = text.AsSpan();
        for (int next; (next = rest.IndexOfAny(Escaped)) >= 0; rest = rest[(next + 1)..])
        {
            Encoding.UTF8.GetBytes(rest[..next], buffer);
            Encoding.UTF8.GetBytes(EscapeOf(rest[next]), buffer);
        }
        Encoding.UTF8.GetBytes(rest, buffer);
        buffer.Write("\""u8);
    }

    private static string EscapeOf(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\f' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    };

    private static void Write(PooledBytes output, ReadOnlySpan<byte> utf8)
    {
        using var writer = new CanonicalWriter(output);
        writer.Write(utf8);
    }

    /// <summary>Writes a number and returns its length. .NET's round-trip digits are the shortest, as ECMAScript demands; only the layout differs.</summary>
    private static int Format(double value, Span<byte> text)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException("NaN and infinities have no JSON form.", nameof(value));
        if (value == 0)
        {
            text[0] = (byte)'0';
            return 1;
        }
        Span<byte> digits = stackalloc byte[MostOfNumber];
        var negative = value < 0 ? 1 : 0;
        text[0] = (byte)'-';
        _ = Math.Abs(value).TryFormat(digits, out var count, "R", CultureInfo.InvariantCulture);
        var n = Decompose(ref digits, count);
        return negative + Layout(digits, n, text[negative..]);
    }

    /// <summary>Leaves of ".NET round-trip" text the significant digits d₁d₂… and returns n with value = 0.d₁d₂… · 10ⁿ.</summary>
    private static int Decompose(ref Span<byte> text, int count)
    {
        var scientific = text[..count].IndexOf((byte)'E');
        var exponent = scientific < 0 ? 0 : int.Parse(text[(scientific + 1)..count], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var length = scientific < 0 ? count : scientific;
        var whole = text[..length].IndexOf((byte)'.');
        if (whole < 0)
            whole = length;
        else
            text[(whole + 1)..length--].CopyTo(text[whole..]);
        var zeros = text[..length].IndexOfAnyExcept((byte)'0');
        text = text[zeros..length].TrimEnd((byte)'0');
        return exponent + whole - zeros;
    }

    private static int Layout(ReadOnlySpan<byte> digits, int n, Span<byte> text)
    {
        var k = digits.Length;
        switch (n)
        {
            case > 0 and <= 21 when k <= n:
                digits.CopyTo(text);
                text[k..n].Fill((byte)'0');
                return n;
            case > 0 and <= 21:
                digits[..n].CopyTo(text);
                text[n] = (byte)'.';
                digits[n..].CopyTo(text[(n + 1)..]);
                return k + 1;
            case > -6 and <= 0:
                "0."u8.CopyTo(text);
                text[2..(2 - n)].Fill((byte)'0');
                digits.CopyTo(text[(2 - n)..]);
                return 2 - n + k;
            default:
                return Scientific(digits, n - 1, text);
        }
    }

    private static int Scientific(ReadOnlySpan<byte> digits, int exponent, Span<byte> text)
    {
        var length = digits.Length;
        text[0] = digits[0];
        if (length > 1)
        {
            text[1] = (byte)'.';
            digits[1..].CopyTo(text[2..]);
            length++;
        }
        text[length++] = (byte)'e';
        text[length++] = (byte)(exponent < 0 ? '-' : '+');
        _ = Math.Abs(exponent).TryFormat(text[length..], out var written, default, CultureInfo.InvariantCulture);
        return length + written;
    }
}
