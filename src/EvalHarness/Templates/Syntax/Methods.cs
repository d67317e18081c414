using System.Text;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>The methods of Python's <c>str</c>, <c>list</c> and <c>dict</c> that templates call, and <c>range</c>.</summary>
internal static class Methods
{
    private static readonly HashSet<string> OfDict = ["get", "items", "keys", "values", "copy", "pop", "update", "setdefault", "clear", "popitem", "fromkeys"];

    /// <summary>Whether Python's type has a method of that name, so that an attribute is not an entry.</summary>
    public static bool Has(Value value, string name) => value is DictValue && OfDict.Contains(name);

    /// <summary>Calls a method.</summary>
    public static Value Call(Value target, string name, ArgumentValues arguments, Scope scope) => target switch
    {
        StringValue text => OfString(text.Content, name, arguments, scope),
        ListValue list => OfList(list, name, arguments, scope),
        DictValue dictionary => OfDictionary(dictionary, name, arguments, scope),
        _ => throw Unknown(target, name, scope),
    };

    /// <summary>Python's <c>range</c> as a list.</summary>
    public static ListValue Range(ArgumentValues arguments, Scope scope)
    {
        arguments.Expect("range", scope, "start", "stop", "step");
        var one = arguments.Positional.Count == 1;
        long start = one ? 0 : arguments.Number(0, "start", 0, scope);
        long stop = arguments.Number(one ? 0 : 1, "stop", 0, scope);
        long step = arguments.Number(2, "step", 1, scope);
        if (step == 0 || arguments.Positional.Count == 0)
            throw scope.Fault("'range' without its bounds, or with the step 0");
        var items = new List<Value>();
        for (var i = start; step > 0 ? i < stop : i > stop; i += step)
        {
            scope.Step(scope.Line);
            items.Add(new IntValue(i));
        }
        return new ListValue(items);
    }

    /// <summary>Python's <c>str.strip</c> and its one-sided forms; without characters it strips white space.</summary>
    public static string Strip(string text, string? characters, bool start, bool end)
    {
        if (characters is null)
            return CodePoints.Strip(text, start, end);
        var set = characters.EnumerateRunes().ToHashSet();
        var runes = text.EnumerateRunes().ToList();
        var from = 0;
        var to = runes.Count;
        while (start && from < to && set.Contains(runes[from]))
            from++;
        while (end && to > from && set.Contains(runes[to - 1]))
            to--;
        return string.Concat(runes[from..to]);
    }

    /// <summary>Python's <c>str.replace</c>: at most <paramref name="count"/> times, always where it is negative.</summary>
    public static StringValue Replace(string text, string old, string replacement, int count, Scope scope)
    {
        var result = new StringBuilder();
        var at = 0;
        for (var done = 0; count < 0 || done < count; done++)
        {
            var next = old.Length > 0 ? text.IndexOf(old, at, StringComparison.Ordinal) : NextGap(text, done == 0 ? -1 : at);
            if (next < 0)
                break;
            scope.CheckLength((long)result.Length + next - at + replacement.Length);
            result.Append(text, at, next - at).Append(replacement);
            at = next + old.Length;
        }
        return scope.Text(result.Append(text, at, text.Length - at).ToString());
    }

    private static int NextGap(string text, int at) =>
        at < 0 ? 0 : at >= text.Length ? -1 : at + (char.IsSurrogatePair(text, at) ? 2 : 1);

    private static Value OfString(string text, string name, ArgumentValues arguments, Scope scope)
    {
        switch (name)
        {
            case "strip" or "lstrip" or "rstrip":
                arguments.Expect(name, scope, "chars");
                return new StringValue(Strip(text, arguments.Text(0, "chars", scope), name != "rstrip", name != "lstrip"));
            case "replace":
                arguments.Expect(name, scope, "old", "new", "count");
                return Replace(text, arguments.RequiredText(0, "old", scope), arguments.RequiredText(1, "new", scope), arguments.Number(2, "count", -1, scope), scope);
            case "split":
                arguments.Expect(name, scope, "sep", "maxsplit");
                return Split(text, arguments.Text(0, "sep", scope), arguments.Number(1, "maxsplit", -1, scope), scope);
            case "join":
                arguments.Expect(name, scope, "iterable");
                return Join(text, arguments.Get(0, "iterable"), scope);
            case "index" or "find" or "count":
                arguments.Expect(name, scope, "sub");
                return Search(text, name, arguments.RequiredText(0, "sub", scope), scope);
            case "startswith" or "endswith":
                arguments.Expect(name, scope, "prefix");
                var part = arguments.RequiredText(0, "prefix", scope);
                return BoolValue.Of(name == "startswith" ? text.StartsWith(part, StringComparison.Ordinal) : text.EndsWith(part, StringComparison.Ordinal));
            default:
                arguments.Expect(name, scope);
                return new StringValue(name switch
                {
                    "capitalize" => CodePoints.Capitalize(text),
                    "lower" => Casing.Lower(text),
                    "upper" => Casing.Upper(text),
                    "title" => Casing.TitleWords(text),
                    _ => throw Unknown(new StringValue(text), name, scope),
                });
        }
    }

    private static ListValue Split(string text, string? separator, int limit, Scope scope)
    {
        if (separator is { Length: 0 })
            throw scope.Fault("'split' with an empty separator");
        var parts = separator is null ? SplitBlanks(text, limit)
            : limit < 0 ? [.. text.Split(separator)]
            : [.. text.Split(separator, limit + 1)];
        scope.Step(scope.Line, parts.Count);
        return new ListValue([.. parts.Select(static part => new StringValue(part))]);
    }

    private static List<string> SplitBlanks(string text, int limit)
    {
        var parts = new List<string>();
        var rest = CodePoints.Strip(text, end: false);
        while (rest.Length > 0)
        {
            var end = limit >= 0 && parts.Count == limit ? -1 : CodePoints.IndexOfSpace(rest);
            parts.Add(end < 0 ? (limit >= 0 ? CodePoints.Strip(rest, start: false) : rest) : rest[..end]);
            rest = end < 0 ? "" : CodePoints.Strip(rest[end..], end: false);
        }
        return parts;
    }

    private static StringValue Join(string separator, Value? items, Scope scope)
    {
        if (items is not ListValue list || !list.Items.All(static item => item is StringValue))
            throw scope.Fault("'join' of something other than a list of strings");
        scope.CheckLength(list.Items.Sum(item => (long)item.Text.Length + separator.Length));
        return new StringValue(string.Join(separator, list.Items.Select(static item => item.Text)));
    }

    private static IntValue Search(string text, string name, string part, Scope scope)
    {
        if (name == "count")
            return new IntValue(part.Length == 0 ? CodePoints.Count(text) + 1 : text.Split(part).Length - 1);
        var at = text.IndexOf(part, StringComparison.Ordinal);
        return at >= 0 || name == "find"
            ? new IntValue(at < 0 ? -1 : CodePoints.Count(text.AsSpan(0, at)))
            : throw scope.Fault($"'index' does not find {new StringValue(part).Literal}");
    }

    private static IntValue OfList(ListValue list, string name, ArgumentValues arguments, Scope scope)
    {
        if (name is not ("index" or "count"))
            throw Unknown(list, name, scope);
        arguments.Expect(name, scope, "value");
        var item = arguments.Get(0, "value") ?? throw scope.Fault($"'{name}' without a value");
        if (name == "count")
            return new IntValue(list.Items.Count(entry => entry.IsEqualTo(item)));
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (list.Items[i].IsEqualTo(item))
                return new IntValue(i);
        }
        throw scope.Fault($"'index' does not find {item.Literal}");
    }

    private static Value OfDictionary(DictValue dictionary, string name, ArgumentValues arguments, Scope scope)
    {
        if (name == "get")
        {
            arguments.Expect(name, scope, "key", "default");
            return dictionary[arguments.RequiredText(0, "key", scope)] ?? arguments.Get(1, "default") ?? NoneValue.Instance;
        }
        arguments.Expect(name, scope);
        return name switch
        {
            "keys" => new ListValue([.. dictionary.Entries.Select(static entry => new StringValue(entry.Key))]),
            "values" => new ListValue([.. dictionary.Entries.Select(static entry => entry.Value)]),
            "items" => new ListValue([.. dictionary.Entries.Select(static entry => new ListValue([new StringValue(entry.Key), entry.Value]))]),
            _ => throw Unknown(dictionary, name, scope),
        };
    }

    private static TemplateException Unknown(Value target, string name, Scope scope) => scope.Fault($"the method '{name}' of {target.TypeName} is not supported");
}
