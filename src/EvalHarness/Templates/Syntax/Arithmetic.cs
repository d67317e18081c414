using System.Numerics;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>Python's operators.</summary>
internal static class Arithmetic
{
    private const int MaxBits = 1 << 14;

    /// <summary>The value of <c>left sign right</c>.</summary>
    public static Value Apply(string sign, Value left, Value right, Scope scope) => (sign, left, right) switch
    {
        ("~", _, _) => Join(left.Text, right.Text, scope),
        ("+", StringValue a, StringValue b) => Join(a.Content, b.Content, scope),
        ("+", ListValue a, ListValue b) => Concat(a, b, scope),
        ("*", StringValue text, _) when IntValue.Of(right) is { } count => Repeat(text.Content, count, scope),
        ("*", _, StringValue text) when IntValue.Of(left) is { } count => Repeat(text.Content, count, scope),
        _ when IntValue.Of(left) is { } a && IntValue.Of(right) is { } b && sign != "/" => Whole(sign, a, b, scope),
        _ when FloatValue.Of(left) is { } a && FloatValue.Of(right) is { } b => Real(sign, a, b, scope),
        _ => throw scope.Fault($"'{sign}' of a {left.TypeName} and a {right.TypeName}"),
    };

    /// <summary>Whether a comparison holds.</summary>
    public static bool Compare(string sign, Value left, Value right, Scope scope) => sign switch
    {
        "==" => left.IsEqualTo(right),
        "!=" => !left.IsEqualTo(right),
        "in" => Contains(right, left, scope),
        "not in" => !Contains(right, left, scope),
        "<" => Order(left, right, sign, scope) is < 0,
        "<=" => Order(left, right, sign, scope) is <= 0,
        ">" => Order(left, right, sign, scope) is > 0,
        _ => Order(left, right, sign, scope) is >= 0,
    };

    private static StringValue Join(string left, string right, Scope scope)
    {
        scope.CheckLength((long)left.Length + right.Length);
        return new StringValue(left + right);
    }

    private static ListValue Concat(ListValue left, ListValue right, Scope scope)
    {
        scope.Step(scope.Line, left.Items.Count + right.Items.Count);
        return new ListValue([.. left.Items, .. right.Items]);
    }

    private static StringValue Repeat(string text, BigInteger count, Scope scope)
    {
        if (count <= 0 || text.Length == 0)
            return new StringValue("");
        scope.CheckLength(count > int.MaxValue ? long.MaxValue : (long)count * text.Length);
        return new StringValue(string.Concat(Enumerable.Repeat(text, (int)count)));
    }

    private static IntValue Whole(string sign, BigInteger a, BigInteger b, Scope scope)
    {
        if (sign is "//" or "%" && b.IsZero)
            throw scope.Fault("a division by zero");
        var result = sign switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "//" => Floor(a, b),
            _ => a - (Floor(a, b) * b),
        };
        return result.GetBitLength() <= MaxBits ? new IntValue(result) : throw scope.Fault($"a number of more than {MaxBits} bits");
    }

    private static BigInteger Floor(BigInteger a, BigInteger b)
    {
        var quotient = BigInteger.DivRem(a, b, out var remainder);
        return !remainder.IsZero && remainder.Sign != b.Sign ? quotient - 1 : quotient;
    }

    private static FloatValue Real(string sign, double a, double b, Scope scope)
    {
        if (sign is "/" or "//" or "%" && b == 0)
            throw scope.Fault("a division by zero");
        return new FloatValue(sign switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "//" => Math.Floor(a / b),
            _ => a - (Math.Floor(a / b) * b),
        });
    }

    private static bool Contains(Value container, Value item, Scope scope) => (container, item) switch
    {
        (StringValue text, StringValue part) => text.Content.Contains(part.Content, StringComparison.Ordinal),
        (ListValue list, _) => list.Items.Any(entry => entry.IsEqualTo(item)),
        (DictValue dictionary, StringValue key) => dictionary[key.Content] is not null,
        (DictValue, _) => false,
        _ => throw scope.Fault($"'in' of a {item.TypeName} and a {container.TypeName}"),
    };

    // NaN compares with nothing, so the order of two numbers may be none.
    private static int? Order(Value left, Value right, string sign, Scope scope) => (left, right) switch
    {
        (StringValue a, StringValue b) => CompareCodePoints(a.Content, b.Content),
        (ListValue a, ListValue b) => OrderLists(a, b, sign, scope),
        _ when IntValue.Of(left) is { } a && IntValue.Of(right) is { } b => a.CompareTo(b),
        _ when FloatValue.Of(left) is { } a && FloatValue.Of(right) is { } b => double.IsNaN(a) || double.IsNaN(b) ? null : a.CompareTo(b),
        _ => throw scope.Fault($"'{sign}' of a {left.TypeName} and a {right.TypeName}"),
    };

    private static int? OrderLists(ListValue left, ListValue right, string sign, Scope scope)
    {
        foreach (var (a, b) in left.Items.Zip(right.Items))
        {
            if (!a.IsEqualTo(b))
                return Order(a, b, sign, scope);
        }
        return left.Items.Count.CompareTo(right.Items.Count);
    }

    // UTF-16 order differs from the order of code points where surrogates meet U+E000 and above.
    private static int CompareCodePoints(string left, string right)
    {
        foreach (var (a, b) in left.EnumerateRunes().Zip(right.EnumerateRunes()))
        {
            if (a != b)
                return a.CompareTo(b);
        }
        return left.Length.CompareTo(right.Length);
    }
}
