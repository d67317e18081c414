using System.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>{% if %}</c> with its elifs and else; it opens no scope.</summary>
internal sealed class IfStatement(int line, IReadOnlyList<(Expression? Condition, Block Body)> branches) : Statement(line)
{
    /// <inheritdoc/>
    public override void Render(Scope scope, StringBuilder output)
    {
        foreach (var (condition, body) in branches)
        {
            scope.Step(Line);
            if (condition is not null && !condition.UseOrEmpty(scope).IsTrue)
                continue;
            body.Render(scope, output);
            return;
        }
    }
}
