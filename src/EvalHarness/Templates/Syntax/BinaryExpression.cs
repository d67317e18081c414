namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>Arithmetic, and <c>~</c>, which joins the texts of both sides.</summary>
internal sealed class BinaryExpression(int line, string sign, Expression left, Expression right) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => Arithmetic.Apply(sign, left.Use(scope), right.Use(scope), scope);
}
