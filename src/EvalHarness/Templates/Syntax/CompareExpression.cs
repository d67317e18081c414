namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>A chain of comparisons, as in Python: each holds, the middle operands are evaluated once.</summary>
internal sealed class CompareExpression(int line, Expression first, IReadOnlyList<(string Sign, Expression Operand)> rest) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        var left = first.UseOrEmpty(scope);
        foreach (var (sign, operand) in rest)
        {
            var right = operand.UseOrEmpty(scope);
            if (!Arithmetic.Compare(sign, left, right, scope))
                return BoolValue.Of(false);
            left = right;
        }
        return BoolValue.Of(true);
    }
}
