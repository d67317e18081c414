using System.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>{% set name = expression %}</c></summary>
internal sealed class SetStatement(int line, string name, Expression expression) : Statement(line)
{
    /// <inheritdoc/>
    public override void Render(Scope scope, StringBuilder output) => scope.Set(name, expression.UseOrEmpty(scope));
}
