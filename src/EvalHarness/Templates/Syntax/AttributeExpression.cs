namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>target.name</c> without a call: the entry of a dictionary.</summary>
internal sealed class AttributeExpression(int line, Expression target, string name) : Expression(line)
{
    /// <summary>What the attribute is of.</summary>
    public Expression Target => target;

    /// <summary>The attribute's name.</summary>
    public string Name => name;

    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        var value = target.Use(scope);
        if (value is NamespaceValue names)
            return names.Get(name) ?? new UndefinedValue($"'{name}' of a namespace");
        return value is DictValue dictionary && dictionary[name] is { } entry && !Methods.Has(value, name)
            ? entry
            : new UndefinedValue($"'{name}' of a {value.TypeName}");
    }
}
