using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Filters;

/// <summary>Lower case.</summary>
internal sealed class LowercaseFilter : ResponseFilter
{
    /// <inheritdoc/>
    public override string Apply(string text, TaskDocument document) => Casing.Lower(text);
}
