using System.Globalization;
using System.Text;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Exchange;

/// <summary>Python's <c>json.dumps(value, ensure_ascii=False)</c>, to the byte: the harness's digests of documents are of this text.</summary>
internal static class PythonJson
{
    /// <summary>The text on one line.</summary>
    public static string Line(Value value) => Write(value, null);

    /// <summary>The text with <c>indent=2</c>.</summary>
    public static string Indented(Value value) => Write(value, 2);

    private static string Write(Value value, int? indent)
    {
        var result = new StringBuilder();
        Append(result, value, indent, 0);
        return result.ToString();
    }

    private static void Append(StringBuilder result, Value value, int? indent, int depth)
    {
        switch (value)
        {
            case StringValue text:
                AppendString(result, text.Content);
                break;
            case BoolValue truth:
                result.Append(truth.Content ? "true" : "false");
                break;
            case NoneValue:
                result.Append("null");
                break;
            case ListValue list:
                AppendAll(result, '[', ']', list.Items, indent, depth, (item, at) => Append(result, item, indent, at));
                break;
            case DictValue map:
                AppendAll(result, '{', '}', map.Entries, indent, depth, (entry, at) =>
                {
                    AppendString(result, entry.Key);
                    result.Append(": ");
                    Append(result, entry.Value, indent, at);
                });
                break;
            default:
                result.Append(value.Literal);
                break;
        }
    }

    private static void AppendAll<T>(StringBuilder result, char open, char close, IReadOnlyList<T> items, int? indent, int depth, Action<T, int> append)
    {
        result.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                result.Append(indent is null ? ", " : ",");
            if (indent is { } width)
                result.Append('\n').Append(' ', width * (depth + 1));
            append(items[i], depth + 1);
        }
        if (items.Count > 0 && indent is { } outer)
            result.Append('\n').Append(' ', outer * depth);
        result.Append(close);
    }

    private static void AppendString(StringBuilder result, string text)
    {
        result.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => result.Append("\\\""),
                '\\' => result.Append("\\\\"),
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                '\f' => result.Append("\\f"),
                '\b' => result.Append("\\b"),
                < ' ' => result.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => result.Append(c),
            };
        }
        result.Append('"');
    }
}
