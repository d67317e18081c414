namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>not</c>, <c>-</c> and <c>+</c>.</summary>
internal sealed class UnaryExpression(int line, string sign, Expression operand) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        var value = sign == "not" ? operand.UseOrEmpty(scope) : operand.Use(scope);
        return (sign, value) switch
        {
            ("not", _) => BoolValue.Of(!value.IsTrue),
            ("-", FloatValue number) => new FloatValue(-number.Content),
            ("-", _) when IntValue.Of(value) is { } number => new IntValue(-number),
            ("+", FloatValue) => value,
            ("+", _) when IntValue.Of(value) is { } number => new IntValue(number),
            _ => throw scope.Fault($"'{sign}' of a {value.TypeName}"),
        };
    }
}
