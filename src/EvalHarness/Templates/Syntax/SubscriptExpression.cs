using System.Numerics;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>target[index]</c>: an entry, an item, or a character; negative indices count from the end.</summary>
internal sealed class SubscriptExpression(int line, Expression target, Expression index) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        var value = target.Use(scope);
        var key = index.Use(scope);
        return (value, key) switch
        {
            (DictValue dictionary, StringValue name) => dictionary[name.Content] ?? Missing(value, key),
            (ListValue list, _) when IntValue.Of(key) is { } at => At(at, list.Items.Count) is { } i ? list.Items[i] : Missing(value, key),
            (StringValue text, _) when IntValue.Of(key) is { } at => (Value?)Character(text.Content, at) ?? Missing(value, key),
            _ => Missing(value, key),
        };
    }

    private static StringValue? Character(string text, BigInteger at)
    {
        var characters = CodePoints.Split(text);
        return At(at, characters.Count) is { } i ? new StringValue(characters[i]) : null;
    }

    private static int? At(BigInteger at, int count)
    {
        var index = at < 0 ? at + count : at;
        return index >= 0 && index < count ? (int)index : null;
    }

    private static UndefinedValue Missing(Value value, Value key) => new($"the item {key.Literal} of a {value.TypeName}");
}
