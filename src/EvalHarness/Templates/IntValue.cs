using System.Globalization;
using System.Numerics;

namespace Loragate.EvalHarness.Templates;

/// <summary>Python's <c>int</c>.</summary>
/// <param name="Content">The number.</param>
public sealed record IntValue(BigInteger Content) : Value
{
    /// <inheritdoc/>
    public override string TypeName => "int";

    /// <inheritdoc/>
    public override bool IsTrue => !Content.IsZero;

    /// <inheritdoc/>
    public override string Literal => Content.ToString(CultureInfo.InvariantCulture);

    /// <summary>The whole number that an int or a bool is, else null.</summary>
    public static BigInteger? Of(Value value) => value switch
    {
        IntValue number => number.Content,
        BoolValue truth => truth.Content ? BigInteger.One : BigInteger.Zero,
        _ => null,
    };
}
