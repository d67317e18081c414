namespace Loragate.EvalHarness.Templates;

/// <summary>Jinja's <c>namespace</c>: names that a loop can set and keep. The only value that changes, and only within one rendering.</summary>
internal sealed record NamespaceValue : Value
{
    private readonly Dictionary<string, Value> _values;

    private readonly string _place;

    /// <summary>A namespace that holds some names.</summary>
    /// <param name="values">The names and their values.</param>
    /// <param name="place">Where in the template it is made.</param>
    public NamespaceValue(IReadOnlyDictionary<string, Value> values, string place) => (_values, _place) = (new(values, StringComparer.Ordinal), place);

    /// <inheritdoc/>
    public override string TypeName => "Namespace";

    /// <inheritdoc/>
    public override bool IsTrue => true;

    /// <summary>Printing one is refused: it could hold itself.</summary>
    public override string Literal => throw new TemplateException(_place, "the text of a namespace is not supported");

    /// <summary>The value of a name, or null.</summary>
    public Value? Get(string name) => _values.GetValueOrDefault(name);

    /// <summary>Sets a name.</summary>
    public void Set(string name, Value value) => _values[name] = value;
}
