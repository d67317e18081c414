using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Loragate.EvalHarness.Templates;

/// <summary>A Python value: the only kinds that templates and task files hold. Immutable.</summary>
public abstract record Value
{
    private protected Value()
    {
    }

    /// <summary>Python's name of the type: "NoneType", "str" …</summary>
    public abstract string TypeName { get; }

    /// <summary>Python's <c>bool(value)</c>.</summary>
    public abstract bool IsTrue { get; }

    /// <summary>What it takes to read the value whole: its characters and items, those of its items included.</summary>
    public virtual long Size => 1;

    /// <summary>Python's <c>str(value)</c>.</summary>
    public virtual string Text => Literal;

    /// <summary>Python's <c>repr(value)</c>.</summary>
    public abstract string Literal { get; }

    /// <summary>The value that JSON holds; objects keep the order of their keys.</summary>
    /// <exception cref="ArgumentException">The element is undefined.</exception>
    public static Value From(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => NoneValue.Instance,
        JsonValueKind.True => BoolValue.Of(true),
        JsonValueKind.False => BoolValue.Of(false),
        JsonValueKind.String => new StringValue(element.GetString()!),
        JsonValueKind.Number => Number(element.GetRawText()),
        JsonValueKind.Array => new ListValue([.. element.EnumerateArray().Select(From)]),
        JsonValueKind.Object => new DictValue([.. element.EnumerateObject().Select(static property => KeyValuePair.Create(property.Name, From(property.Value)))]),
        _ => throw new ArgumentException("An undefined element has no value.", nameof(element)),
    };

    /// <summary>Python's <c>==</c>: numbers compare across their types, everything else within its own.</summary>
    public bool IsEqualTo(Value other) => (this, other) switch
    {
        (IntValue or BoolValue, IntValue or BoolValue) => IntValue.Of(this) == IntValue.Of(other),
        (IntValue or BoolValue or FloatValue, IntValue or BoolValue or FloatValue) => FloatValue.Of(this) == FloatValue.Of(other),
        (StringValue a, StringValue b) => a.Content == b.Content,
        (ListValue a, ListValue b) => a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(static pair => pair.First.IsEqualTo(pair.Second)),
        (DictValue a, DictValue b) => a.IsSameAs(b),
        (NoneValue, NoneValue) or (UndefinedValue, UndefinedValue) => true,
        _ => false,
    };

    /// <inheritdoc/>
    public sealed override string ToString() => Text;

    private static Value Number(string text) =>
        text.AsSpan().ContainsAny('.', 'e', 'E')
            ? new FloatValue(double.Parse(text, CultureInfo.InvariantCulture))
            : new IntValue(BigInteger.Parse(text, CultureInfo.InvariantCulture));
}
