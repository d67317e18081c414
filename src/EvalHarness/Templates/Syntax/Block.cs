using System.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>Statements one after the other.</summary>
/// <param name="Statements">The statements.</param>
internal sealed record Block(IReadOnlyList<Statement> Statements)
{
    /// <summary>Writes the text of all.</summary>
    public void Render(Scope scope, StringBuilder output)
    {
        foreach (var statement in Statements)
            statement.Render(scope, output);
    }
}
