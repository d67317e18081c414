namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>target | name(…)</c>.</summary>
internal sealed class FilterExpression(int line, Expression target, string name, Arguments arguments) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        if (name is not ("default" or "d"))
            return Filters.Apply(name, target.Use(scope), arguments.Evaluate(scope), scope);
        var value = target.Evaluate(scope);
        var values = arguments.Evaluate(scope);
        values.Expect(name, scope, "default_value", "boolean");
        var replace = value is UndefinedValue || ((values.Get(1, "boolean")?.IsTrue ?? false) && !value.IsTrue);
        return replace ? values.Get(0, "default_value") ?? new StringValue("") : value;
    }
}
