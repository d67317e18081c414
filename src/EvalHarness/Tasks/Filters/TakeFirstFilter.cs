namespace Loragate.EvalHarness.Tasks.Filters;

/// <summary>The first of several generations: here there is one.</summary>
internal sealed class TakeFirstFilter : ResponseFilter
{
    /// <inheritdoc/>
    public override string Apply(string text, TaskDocument document) => text;
}
