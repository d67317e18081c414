namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>target is name</c> and <c>target is not name</c>.</summary>
internal sealed class TestExpression(int line, Expression target, string name, bool negated) : Expression(line)
{
    private static readonly HashSet<string> Known =
        ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false", "mapping", "sequence", "iterable", "odd", "even"];

    /// <summary>Whether a test of that name exists.</summary>
    public static bool Exists(string name) => Known.Contains(name);

    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        var holds = name switch
        {
            "defined" => target.Evaluate(scope) is not UndefinedValue,
            "undefined" => target.Evaluate(scope) is UndefinedValue,
            _ => Test(target.Use(scope), scope),
        };
        return BoolValue.Of(holds != negated);
    }

    private bool Test(Value value, Scope scope) => name switch
    {
        "none" => value is NoneValue,
        "string" => value is StringValue,
        "number" => value is IntValue or FloatValue or BoolValue,
        "integer" => value is IntValue,
        "float" => value is FloatValue,
        "boolean" => value is BoolValue,
        "true" => value is BoolValue { Content: true },
        "false" => value is BoolValue { Content: false },
        "mapping" => value is DictValue,
        "sequence" or "iterable" => value is ListValue or StringValue or DictValue,
        "odd" or "even" => IntValue.Of(value) is { } number ? number.IsEven == (name == "even") : throw scope.Fault($"'{name}' of a {value.TypeName}"),
        _ => throw scope.Fault($"the test '{name}' is not supported"),
    };
}
