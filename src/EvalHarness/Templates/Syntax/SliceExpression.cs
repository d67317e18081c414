using System.Numerics;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>target[start:stop:step]</c> of a list or a text, by Python's rules.</summary>
internal sealed class SliceExpression(int line, Expression target, Expression? start, Expression? stop, Expression? step) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope)
    {
        var value = target.Use(scope);
        var (from, to, by) = (Bound(start, scope), Bound(stop, scope), Bound(step, scope) ?? 1);
        if (by.IsZero)
            throw scope.Fault("a slice whose step is 0");
        return value switch
        {
            ListValue list => new ListValue(Take(list.Items, from, to, by)),
            StringValue text => new StringValue(string.Concat(Take(CodePoints.Split(text.Content), from, to, by))),
            _ => throw scope.Fault($"a slice of a {value.TypeName}"),
        };
    }

    private static BigInteger? Bound(Expression? expression, Scope scope) => expression?.Use(scope) switch
    {
        null or NoneValue => null,
        var value => IntValue.Of(value) ?? throw scope.Fault("a slice whose bound is no whole number"),
    };

    // Python's slice.indices.
    private static List<T> Take<T>(IReadOnlyList<T> items, BigInteger? start, BigInteger? stop, BigInteger step)
    {
        var forward = step > 0;
        var (low, high) = forward ? (0, items.Count) : (-1, items.Count - 1);
        var from = start is { } s ? Clamp(s, items.Count, low, high) : forward ? low : high;
        var to = stop is { } e ? Clamp(e, items.Count, low, high) : forward ? high : low;
        var result = new List<T>();
        for (BigInteger i = from; forward ? i < to : i > to; i += step)
            result.Add(items[(int)i]);
        return result;
    }

    private static int Clamp(BigInteger bound, int count, int low, int high) =>
        (int)BigInteger.Clamp(bound < 0 ? bound + count : bound, low, high);
}
