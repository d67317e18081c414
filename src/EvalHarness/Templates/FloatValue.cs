using System.Globalization;

namespace Loragate.EvalHarness.Templates;

/// <summary>Python's <c>float</c>.</summary>
/// <param name="Content">The number.</param>
public sealed record FloatValue(double Content) : Value
{
    /// <inheritdoc/>
    public override string TypeName => "float";

    /// <inheritdoc/>
    public override bool IsTrue => Content != 0;

    /// <inheritdoc/>
    public override string Literal => Repr(Content);

    /// <summary>The double that a number or a bool is, else null.</summary>
    public static double? Of(Value value) => value is FloatValue number ? number.Content : IntValue.Of(value) is { } whole ? (double)whole : null;

    /// <summary>Python's float_repr_style "short": the shortest digits that read back, with an exponent below 1e-4 and from 1e16.</summary>
    private static string Repr(double value)
    {
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        var (digits, power) = Digits(value.ToString("R", CultureInfo.InvariantCulture));
        return (double.IsNegative(value) ? "-" : "") + Layout(digits, power);
    }

    private static (string Digits, int Power) Digits(string shortest)
    {
        var text = shortest.TrimStart('-');
        var split = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = split < 0 ? 0 : int.Parse(text.AsSpan(split + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = split < 0 ? text : text[..split];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var whole = point < 0 ? mantissa : mantissa[..point];
        var all = whole + (point < 0 ? "" : mantissa[(point + 1)..]);
        var digits = all.TrimStart('0');
        return digits.Length == 0 ? ("0", 1) : (digits.TrimEnd('0'), exponent + whole.Length - (all.Length - digits.Length));
    }

    /// <summary>Lays out 0.d₁d₂… · 10ᵖ.</summary>
    private static string Layout(string digits, int power) => power switch
    {
        > 16 or <= -4 => Exponential(digits, power - 1),
        <= 0 => "0." + new string('0', -power) + digits,
        _ when digits.Length <= power => digits.PadRight(power, '0') + ".0",
        _ => digits[..power] + "." + digits[power..],
    };

    private static string Exponential(string digits, int exponent)
    {
        var mantissa = digits.Length == 1 ? digits : digits[..1] + "." + digits[1..];
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }
}
