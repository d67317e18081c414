namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>A list literal.</summary>
internal sealed class ListExpression(int line, IReadOnlyList<Expression> items) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => new ListValue([.. items.Select(item => item.Use(scope))]);
}
