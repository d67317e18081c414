namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>The values of a call's arguments.</summary>
/// <param name="Positional">Those without a name.</param>
/// <param name="Named">Those with a name.</param>
internal sealed record ArgumentValues(IReadOnlyList<Value> Positional, IReadOnlyDictionary<string, Value> Named)
{
    /// <summary>An argument by position or name, or null.</summary>
    public Value? Get(int position, string name) => position < Positional.Count ? Positional[position] : Named.GetValueOrDefault(name);

    /// <summary>A text argument, or null where it is absent or None.</summary>
    public string? Text(int position, string name, Scope scope) => Get(position, name) switch
    {
        null or NoneValue => null,
        StringValue text => text.Content,
        var value => throw scope.Fault($"'{name}' is a {value.TypeName}, not a str"),
    };

    /// <summary>A text argument that must be there.</summary>
    public string RequiredText(int position, string name, Scope scope) => Text(position, name, scope) ?? throw scope.Fault($"'{name}' is missing");

    /// <summary>A whole number, or the default.</summary>
    public int Number(int position, string name, int absent, Scope scope) => Get(position, name) switch
    {
        null => absent,
        var value when IntValue.Of(value) is { } number && number >= int.MinValue && number <= int.MaxValue => (int)number,
        var value => throw scope.Fault($"'{name}' is not a whole number but {value.Literal}"),
    };

    /// <summary>Refuses more arguments, or other names, than are known.</summary>
    public void Expect(string function, Scope scope, params ReadOnlySpan<string> names)
    {
        if (Positional.Count > names.Length)
            throw scope.Fault($"'{function}' takes {names.Length} arguments, not {Positional.Count}");
        foreach (var name in Named.Keys)
        {
            if (!names.Contains(name))
                throw scope.Fault($"'{function}' has no argument '{name}'");
        }
    }
}
