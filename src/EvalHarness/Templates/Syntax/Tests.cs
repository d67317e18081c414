namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>Jinja's tests, by name; those that compare take one more value.</summary>
internal static class Tests
{
    private static readonly HashSet<string> OfOne =
        ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false", "mapping", "sequence", "iterable", "odd", "even"];

    private static readonly HashSet<string> OfTwo = ["equalto", "eq", "==", "ne", "!=", "in"];

    /// <summary>Whether a test of that name exists that takes nothing but its target.</summary>
    public static bool Exists(string name) => OfOne.Contains(name);

    /// <summary>Whether a value passes.</summary>
    /// <exception cref="TemplateException">There is no such test, or it does not apply to the value.</exception>
    public static bool Holds(string name, Value value, IReadOnlyList<Value> others, Scope scope)
    {
        if (OfOne.Contains(name) && others.Count == 0)
            return Holds(name, value, scope);
        return OfTwo.Contains(name) && others is [var other]
            ? Arithmetic.Compare(name switch { "ne" or "!=" => "!=", "in" => "in", _ => "==" }, value, other, scope)
            : throw scope.Fault($"the test '{name}' with {others.Count} arguments is not supported");
    }

    private static bool Holds(string name, Value value, Scope scope) => name switch
    {
        "defined" => value is not UndefinedValue,
        "undefined" => value is UndefinedValue,
        _ when value is UndefinedValue && !scope.UndefinedIsEmpty => throw scope.Fault($"'{name}' of something undefined"),
        "none" => value is NoneValue,
        "string" => value is StringValue,
        "number" => value is IntValue or FloatValue or BoolValue,
        "integer" => value is IntValue,
        "float" => value is FloatValue,
        "boolean" => value is BoolValue,
        "true" => value is BoolValue { Content: true },
        "false" => value is BoolValue { Content: false },
        "mapping" => value is DictValue,
        "sequence" or "iterable" => value is ListValue or StringValue or DictValue or UndefinedValue,
        "odd" or "even" => IntValue.Of(value) is { } number ? number.IsEven == (name == "even") : throw scope.Fault($"'{name}' of a {value.TypeName}"),
        _ => throw scope.Fault($"the test '{name}' is not supported"),
    };
}
