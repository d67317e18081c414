using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Loragate.Artifacts.Json;

/// <summary>
/// The JSON Canonicalization Scheme (RFC 8785): one byte sequence for one JSON value. Keys are sorted by UTF-16 code units
/// (§3.2.3), numbers are written as ECMAScript does (§3.2.2.3), strings with the fewest escapes (§3.2.2.2), no white space.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical bytes of <paramref name="element"/>.</summary>
    public static byte[] Serialize(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(buffer, element);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The canonical bytes of strict JSON.</summary>
    /// <exception cref="JsonFormatException">The input is not strict JSON.</exception>
    public static byte[] Canonicalize(ReadOnlyMemory<byte> utf8, string place)
    {
        using var document = StrictJson.Parse(utf8, place);
        return Serialize(document.RootElement);
    }

    /// <summary>The canonical bytes of an object graph that System.Text.Json can write.</summary>
    public static byte[] Serialize<T>(T value, JsonSerializerOptions options) =>
        Serialize(JsonSerializer.SerializeToElement(value, options));

    /// <summary>A number as ECMAScript's Number::toString writes it.</summary>
    /// <exception cref="ArgumentException">NaN and infinities have no JSON form.</exception>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException("NaN and infinities have no JSON form.", nameof(value));
        if (value == 0)
            return "0";

        // .NET's round-trip digits are the shortest, as ECMAScript demands; only the layout differs.
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var negative = text[0] == '-';
        var (digits, exponent) = Decompose(negative ? text[1..] : text);
        return (negative ? "-" : "") + Layout(digits, exponent);
    }

    /// <summary>Splits ".NET round-trip" text into significant digits d₁d₂… and n with value = 0.d₁d₂… · 10ⁿ.</summary>
    private static (string Digits, int Exponent) Decompose(string text)
    {
        var scientific = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = scientific < 0 ? 0 : int.Parse(text.AsSpan(scientific + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = scientific < 0 ? text : text[..scientific];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var all = whole + (point < 0 ? "" : mantissa[(point + 1)..]);
        var leadingZeros = all.Length - all.TrimStart('0').Length;
        return (all.Trim('0'), exponent + whole.Length - leadingZeros);
    }

    private static string Layout(string digits, int n)
    {
        var k = digits.Length;
        return n switch
        {
            _ when k <= n && n <= 21 => digits + new string('0', n - k),
            > 0 and <= 21 => digits[..n] + "." + digits[n..],
            > -6 and <= 0 => "0." + new string('0', -n) + digits,
            _ => Scientific(digits, n - 1),
        };
    }

    private static string Scientific(string digits, int exponent)
    {
        var fraction = digits.Length == 1 ? "" : "." + digits[1..];
        var sign = exponent < 0 ? "-" : "+";
        return $"{digits[0]}{fraction}e{sign}{Math.Abs(exponent).ToString(CultureInfo.InvariantCulture)}";
    }

    private static void Write(ArrayBufferWriter<byte> buffer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(buffer, element);
                break;
            case JsonValueKind.Array:
                WriteArray(buffer, element);
                break;
            case JsonValueKind.String:
                WriteString(buffer, element.GetString()!);
                break;
            case JsonValueKind.Number:
                buffer.Write(Encoding.ASCII.GetBytes(Number(element.GetDouble())));
                break;
            case JsonValueKind.True:
                buffer.Write("true"u8);
                break;
            case JsonValueKind.False:
                buffer.Write("false"u8);
                break;
            case JsonValueKind.Null:
                buffer.Write("null"u8);
                break;
            default:
                throw new ArgumentException("An undefined element has no canonical form.", nameof(element));
        }
    }

    private static void WriteObject(ArrayBufferWriter<byte> buffer, JsonElement element)
    {
        var properties = element.EnumerateObject().ToList();
        properties.Sort(static (x, y) => string.CompareOrdinal(x.Name, y.Name));
        buffer.Write("{"u8);
        for (var i = 0; i < properties.Count; i++)
        {
            if (i > 0)
                buffer.Write(","u8);
            WriteString(buffer, properties[i].Name);
            buffer.Write(":"u8);
            Write(buffer, properties[i].Value);
        }
        buffer.Write("}"u8);
    }

    private static void WriteArray(ArrayBufferWriter<byte> buffer, JsonElement element)
    {
        buffer.Write("["u8);
        var first = true;
        foreach (var item in element.EnumerateArray())
        {
            if (!first)
                buffer.Write(","u8);
            first = false;
            Write(buffer, item);
        }
        buffer.Write("]"u8);
    }

    /// <summary>Writes a string literal with the fewest escapes (RFC 8785 §3.2.2.2).</summary>
    internal static void WriteString(IBufferWriter<byte> buffer, string text)
    {
        var literal = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => literal.Append("\\\""),
                '\\' => literal.Append("\\\\"),
                '\b' => literal.Append("\\b"),
                '\f' => literal.Append("\\f"),
                '\n' => literal.Append("\\n"),
                '\r' => literal.Append("\\r"),
                '\t' => literal.Append("\\t"),
                < ' ' => literal.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => literal.Append(c),
            };
        }
        buffer.Write(Encoding.UTF8.GetBytes(literal.Append('"').ToString()));
    }
}
