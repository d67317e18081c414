namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>A call of a method, or of <c>range</c>.</summary>
internal sealed class CallExpression(int line, Expression target, Arguments arguments) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => target switch
    {
        AttributeExpression attribute => Methods.Call(attribute.Target.Use(scope), attribute.Name, arguments.Evaluate(scope), scope),
        NameExpression { Name: "range" } when scope.Get("range") is UndefinedValue => Methods.Range(arguments.Evaluate(scope), scope),
        NameExpression name => throw scope.Fault($"the function '{name.Name}' is not supported"),
        _ => throw scope.Fault("a call of something that is no method"),
    };
}
