using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Yaml;

/// <summary>Plain scalars by YAML 1.1 as PyYAML's safe loader resolves them: "yes" is true, "1e5" is text, "1.0e+5" is a number.</summary>
internal static partial class YamlScalars
{
    /// <summary>The value of a plain scalar; null where its meaning is a trap (base 60, binary, octal) and it must be quoted.</summary>
    public static Value? Resolve(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => NoneValue.Instance,
        "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON" => BoolValue.Of(true),
        "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF" => BoolValue.Of(false),
        _ when Trap().IsMatch(text) => null,
        _ when Whole().IsMatch(text) => new IntValue(BigInteger.Parse(text.Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)),
        _ when Real().IsMatch(text) => new FloatValue(double.Parse(text.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)),
        _ => new StringValue(text),
    };

    [GeneratedRegex(@"^[-+]?(0b[01_]+|0x[0-9a-fA-F_]+|0[0-7_]+|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?|\.(inf|Inf|INF))\z|^\.(nan|NaN|NAN)\z")]
    private static partial Regex Trap();

    [GeneratedRegex(@"^[-+]?(0|[1-9][0-9_]*)\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)([eE][-+][0-9]+)?\z")]
    private static partial Regex Real();
}
