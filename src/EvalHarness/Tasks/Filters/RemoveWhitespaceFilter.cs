using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Filters;

/// <summary>Removes white space from the start; that at the end stays, as in the harness.</summary>
internal sealed class RemoveWhitespaceFilter : ResponseFilter
{
    /// <inheritdoc/>
    public override string Apply(string text, TaskDocument document) => CodePoints.Strip(text, end: false);
}
