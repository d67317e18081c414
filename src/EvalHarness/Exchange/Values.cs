using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Exchange;

/// <summary>Short ways to Python values.</summary>
internal static class Values
{
    public static Value Of(string text) => new StringValue(text);

    public static Value Of(int number) => new IntValue(number);

    public static Value Of(double number) => new FloatValue(number);

    public static ListValue List(params IEnumerable<Value> items) => new([.. items]);

    public static DictValue Dict(params IEnumerable<(string Key, Value Value)> entries) => new([.. entries.Select(static entry => KeyValuePair.Create(entry.Key, entry.Value))]);
}
