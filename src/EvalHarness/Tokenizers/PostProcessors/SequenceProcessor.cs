namespace Loragate.EvalHarness.Tokenizers.PostProcessors;

/// <summary>Post-processors one after the other.</summary>
internal sealed class SequenceProcessor(IReadOnlyList<PostProcessor> processors) : PostProcessor
{
    /// <inheritdoc/>
    public override List<int> Process(List<int> ids) => processors.Aggregate(ids, static (current, processor) => processor.Process(current));
}
