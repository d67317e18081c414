using System.Globalization;
using System.Numerics;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>Jinja's filters, as far as task files use them, and lm-evaluation-harness's own <c>regex_replace</c>.</summary>
internal static class Filters
{
    // Python refuses to read a longer whole number from text (sys.get_int_max_str_digits).
    private const int MostDigits = 4300;

    private static readonly HashSet<string> Known =
    [
        "string", "length", "count", "join", "int", "float", "replace", "list", "map", "trim", "lower", "upper", "title", "capitalize",
        "first", "last", "default", "d", "regex_replace", "reverse", "abs", "selectattr", "rejectattr",
    ];

    /// <summary>Whether a filter of that name exists.</summary>
    public static bool Exists(string name) => Known.Contains(name);

    /// <summary>Applies a filter.</summary>
    public static Value Apply(string name, Value value, ArgumentValues arguments, Scope scope)
    {
        switch (name)
        {
            case "join":
                arguments.Expect(name, scope, "d");
                return Join(value, arguments.Text(0, "d", scope) ?? "", scope);
            case "int":
                arguments.Expect(name, scope, "default", "base");
                return Whole(value, arguments, scope);
            case "float":
                arguments.Expect(name, scope, "default");
                return Real(value, arguments);
            case "replace":
                arguments.Expect(name, scope, "old", "new", "count");
                return Methods.Replace(value.Text, arguments.RequiredText(0, "old", scope), arguments.RequiredText(1, "new", scope), arguments.Number(2, "count", -1, scope), scope);
            case "map":
                return Map(value, arguments, scope);
            case "selectattr" or "rejectattr":
                return SelectByAttribute(value, arguments, keeps: name == "selectattr", scope);
            case "trim":
                arguments.Expect(name, scope, "chars");
                return new StringValue(Methods.Strip(value.Text, arguments.Text(0, "chars", scope), start: true, end: true));
            case "regex_replace":
                arguments.Expect(name, scope, "pattern", "repl", "count");
                return RegexReplace(value, arguments, scope);
            default:
                arguments.Expect(name, scope);
                return Plain(name, value, scope);
        }
    }

    /// <summary>What iterating a value gives.</summary>
    public static IReadOnlyList<Value> Items(Value value, Scope scope) => value switch
    {
        ListValue list => list.Items,
        StringValue text => Characters(text.Content, scope),
        UndefinedValue when scope.UndefinedIsEmpty => [],
        DictValue dictionary => [.. dictionary.Entries.Select(static entry => new StringValue(entry.Key))],
        _ => throw scope.Fault($"a {value.TypeName} has no items"),
    };

    /// <summary>Each character becomes a value of its own, which is many times as large.</summary>
    private static List<Value> Characters(string text, Scope scope)
    {
        scope.Step(scope.Line, text.Length);
        return [.. CodePoints.Split(text).Select(static character => new StringValue(character))];
    }

    private static Value Plain(string name, Value value, Scope scope) => name switch
    {
        "string" => new StringValue(value.Text),
        "length" or "count" => new IntValue(value is StringValue text ? CodePoints.Count(text.Content) : Items(value, scope).Count),
        "list" => new ListValue(Items(value, scope)),
        "lower" => new StringValue(Casing.Lower(value.Text)),
        "upper" => new StringValue(Casing.Upper(value.Text)),
        "title" => new StringValue(Casing.TitleWords(value.Text)),
        "capitalize" => new StringValue(CodePoints.Capitalize(value.Text)),
        "first" => Items(value, scope) is [var first, ..] ? first : new UndefinedValue("the first item of nothing"),
        "last" => Items(value, scope) is [.., var last] ? last : new UndefinedValue("the last item of nothing"),
        "reverse" => value is StringValue reversed
            ? new StringValue(string.Concat(CodePoints.Split(reversed.Content).AsEnumerable().Reverse()))
            : new ListValue([.. Items(value, scope).Reverse()]),
        "abs" => value is FloatValue real ? new FloatValue(Math.Abs(real.Content))
            : IntValue.Of(value) is { } whole ? new IntValue(BigInteger.Abs(whole))
            : throw scope.Fault($"'abs' of a {value.TypeName}"),
        _ => throw scope.Fault($"the filter '{name}' is not supported"),
    };

    private static StringValue Join(Value value, string separator, Scope scope)
    {
        var texts = Items(value, scope).Select(static item => item.Text).ToList();
        scope.CheckLength(texts.Sum(text => (long)text.Length + separator.Length));
        return new StringValue(string.Join(separator, texts));
    }

    // jinja2.filters.do_int: int(text), else int(float(text)), else the default.
    private static Value Whole(Value value, ArgumentValues arguments, Scope scope)
    {
        if (arguments.Number(1, "base", 10, scope) != 10)
            throw scope.Fault("the filter 'int' with another base than 10");
        if ((IntValue.Of(value) ?? Parse(value)) is { } whole)
            return new IntValue(whole);
        return (value is FloatValue real ? real.Content : ParseReal(value)) is { } number && double.IsFinite(number)
            ? new IntValue(new BigInteger(Math.Truncate(number)))
            : arguments.Get(0, "default") ?? new IntValue(0);
    }

    private static Value Real(Value value, ArgumentValues arguments) =>
        (FloatValue.Of(value) ?? ParseReal(value)) is { } number ? new FloatValue(number) : arguments.Get(0, "default") ?? new FloatValue(0);

    private static BigInteger? Parse(Value value) =>
        value is StringValue { Content.Length: <= MostDigits } text &&
        BigInteger.TryParse(CodePoints.Strip(text.Content), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? whole
            : null;

    private static double? ParseReal(Value value) =>
        value is StringValue text && double.TryParse(CodePoints.Strip(text.Content), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static ListValue Map(Value value, ArgumentValues arguments, Scope scope)
    {
        var items = Items(value, scope);
        scope.Step(scope.Line, items.Count);
        if (arguments.Named.TryGetValue("attribute", out var attribute))
        {
            arguments.Expect("map", scope, "attribute");
            return new ListValue([.. items.Select(item => Entry(item, attribute.Text, scope))]);
        }
        var name = arguments.RequiredText(0, "filter", scope);
        if (!Exists(name) || name is "map" or "default" or "d")
            throw scope.Fault($"the filter 'map' over '{name}' is not supported");
        var rest = arguments with { Positional = [.. arguments.Positional.Skip(1)] };
        return new ListValue([.. items.Select(item => Apply(name, item, rest, scope))]);
    }

    /// <summary>The items whose attribute passes a test (without one: is true), or fails it.</summary>
    private static ListValue SelectByAttribute(Value value, ArgumentValues arguments, bool keeps, Scope scope)
    {
        if (arguments.Named.Count > 0)
            throw scope.Fault("'selectattr' and 'rejectattr' have no arguments with names");
        var items = Items(value, scope);
        scope.Step(scope.Line, items.Count);
        var attribute = arguments.RequiredText(0, "attribute", scope);
        var test = arguments.Text(1, "test", scope);
        if (attribute.Contains('.', StringComparison.Ordinal))
            throw scope.Fault($"the attribute '{attribute}' of 'selectattr' is a path");
        return new ListValue([.. items.Where(item => Passes((item as DictValue)?[attribute] ?? new UndefinedValue($"'{attribute}' of a {item.TypeName}")) == keeps)]);

        bool Passes(Value found) => test is null ? found.IsTrue : Tests.Holds(test, found, [.. arguments.Positional.Skip(2)], scope);
    }

    private static Value Entry(Value item, string key, Scope scope) =>
        item is DictValue dictionary && dictionary[key] is { } value ? value : throw scope.Fault($"'{key}' of a {item.TypeName} is undefined");

    private static StringValue RegexReplace(Value value, ArgumentValues arguments, Scope scope)
    {
        try
        {
            var regex = PythonRegex.Compile(arguments.RequiredText(0, "pattern", scope), scope.Place);
            var (replacement, count) = (arguments.RequiredText(1, "repl", scope), arguments.Number(2, "count", 0, scope));
            return new StringValue(scope.Search(() => regex.Substitute(value.Text, replacement, count, scope.CheckLength)));
        }
        catch (PatternException e)
        {
            throw scope.Fault(e.Fault);
        }
    }
}
