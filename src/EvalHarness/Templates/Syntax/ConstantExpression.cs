namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>A literal.</summary>
internal sealed class ConstantExpression(int line, Value value) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => value;
}
