using System.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>A part of a template that writes text or changes variables.</summary>
/// <param name="line">The line it starts on.</param>
internal abstract class Statement(int line)
{
    /// <summary>The line it starts on.</summary>
    public int Line { get; } = line;

    /// <summary>Writes the statement's text.</summary>
    public abstract void Render(Scope scope, StringBuilder output);

    /// <summary>Appends text within the limit.</summary>
    protected void Write(Scope scope, StringBuilder output, string text)
    {
        scope.Step(Line);
        scope.CheckLength((long)output.Length + text.Length);
        output.Append(text);
    }
}
