using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Filters;

/// <summary>Upper case.</summary>
internal sealed class UppercaseFilter : ResponseFilter
{
    /// <inheritdoc/>
    public override string Apply(string text, TaskDocument document) => Casing.Upper(text);
}
