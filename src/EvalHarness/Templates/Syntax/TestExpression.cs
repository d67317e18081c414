namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>target is name</c> and <c>target is not name</c>.</summary>
internal sealed class TestExpression(int line, Expression target, string name, bool negated) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        var value = name is "defined" or "undefined" ? target.Evaluate(scope) : target.UseOrEmpty(scope);
        return BoolValue.Of(Tests.Holds(name, value, [], scope) != negated);
    }
}
