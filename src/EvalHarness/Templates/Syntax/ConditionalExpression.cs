namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>then if condition else otherwise</c>; undefined where the condition is false and there is no else.</summary>
internal sealed class ConditionalExpression(int line, Expression condition, Expression then, Expression? otherwise) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) =>
        condition.UseOrEmpty(scope).IsTrue ? then.Evaluate(scope)
        : otherwise?.Evaluate(scope) ?? new UndefinedValue("the inline if without an else");
}
