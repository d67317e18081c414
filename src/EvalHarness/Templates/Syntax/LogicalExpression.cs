namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>and</c> and <c>or</c>: the operand that decides, as in Python.</summary>
internal sealed class LogicalExpression(int line, bool isAnd, Expression left, Expression right) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        var first = left.UseOrEmpty(scope);
        return first.IsTrue == isAnd ? right.UseOrEmpty(scope) : first;
    }
}
