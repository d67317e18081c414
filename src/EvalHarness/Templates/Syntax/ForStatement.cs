using System.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>{% for names in items if condition %}</c> with <c>loop</c> and an else for no items; every round has its own scope.</summary>
internal sealed class ForStatement(int line, IReadOnlyList<string> names, Expression items, Expression? condition, Block body, Block? otherwise) : Statement(line)
{
    /// <summary>Whether <c>loop</c> has an attribute here.</summary>
    public static bool Knows(string attribute) => Loop(0, 1)[attribute] is not null;

    /// <inheritdoc/>
    public override void Render(Scope scope, StringBuilder output)
    {
        var chosen = Chosen(scope);
        for (var i = 0; i < chosen.Count; i++)
        {
            scope.Enter();
            Assign(scope, chosen[i]);
            scope.Set("loop", Loop(i, chosen.Count));
            body.Render(scope, output);
            scope.Leave();
        }
        if (chosen.Count == 0)
            otherwise?.Render(scope, output);
    }

    private List<Value> Chosen(Scope scope)
    {
        var chosen = new List<Value>();
        foreach (var item in Filters.Items(items.UseOrEmpty(scope), scope))
        {
            scope.Step(Line);
            scope.Enter();
            Assign(scope, item);
            if (condition is null || condition.UseOrEmpty(scope).IsTrue)
                chosen.Add(item);
            scope.Leave();
        }
        return chosen;
    }

    private void Assign(Scope scope, Value item)
    {
        if (names.Count == 1)
        {
            scope.Set(names[0], item);
            return;
        }
        var parts = Filters.Items(item, scope);
        if (parts.Count != names.Count)
            throw scope.Fault($"{parts.Count} values where {names.Count} are unpacked");
        for (var i = 0; i < names.Count; i++)
            scope.Set(names[i], parts[i]);
    }

    private static DictValue Loop(int i, int count) => new(
    [
        KeyValuePair.Create("index", (Value)new IntValue(i + 1)),
        KeyValuePair.Create("index0", (Value)new IntValue(i)),
        KeyValuePair.Create("revindex", (Value)new IntValue(count - i)),
        KeyValuePair.Create("revindex0", (Value)new IntValue(count - i - 1)),
        KeyValuePair.Create("first", (Value)BoolValue.Of(i == 0)),
        KeyValuePair.Create("last", (Value)BoolValue.Of(i == count - 1)),
        KeyValuePair.Create("length", (Value)new IntValue(count)),
    ]);
}
