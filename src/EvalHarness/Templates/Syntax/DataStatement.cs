using System.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>Text outside of tags.</summary>
internal sealed class DataStatement(int line, string text) : Statement(line)
{
    /// <inheritdoc/>
    public override void Render(Scope scope, StringBuilder output) => Write(scope, output, text);
}
