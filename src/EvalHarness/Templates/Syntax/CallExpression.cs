namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>A call of a method, of <c>range</c> or <c>namespace</c>, or of <c>raise_exception</c>, by which chat templates refuse messages.</summary>
internal sealed class CallExpression(int line, Expression target, Arguments arguments) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => target switch
    {
        AttributeExpression attribute => Methods.Call(attribute.Target.Use(scope), attribute.Name, arguments.Evaluate(scope), scope),
        NameExpression { Name: "range" } when scope.Get("range") is UndefinedValue => Methods.Range(arguments.Evaluate(scope), scope),
        NameExpression { Name: "namespace" } => Namespace(arguments.Evaluate(scope), scope),
        NameExpression { Name: "raise_exception" } => throw scope.Fault(arguments.Evaluate(scope).RequiredText(0, "message", scope)),
        NameExpression name => throw scope.Fault($"the function '{name.Name}' is not supported"),
        _ => throw scope.Fault("a call of something that is no method"),
    };

    private static NamespaceValue Namespace(ArgumentValues values, Scope scope) =>
        values.Positional.Count == 0 ? new NamespaceValue(values.Named, scope.Place) : throw scope.Fault("'namespace' of something without a name is not supported");
}
