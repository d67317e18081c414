using System.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>{{ expression }}</c></summary>
internal sealed class OutputStatement(int line, Expression expression) : Statement(line)
{
    /// <inheritdoc/>
    public override void Render(Scope scope, StringBuilder output) => Write(scope, output, expression.UseOrEmpty(scope).Text);
}
