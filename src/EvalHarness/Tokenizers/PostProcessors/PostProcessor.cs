namespace Loragate.EvalHarness.Tokenizers.PostProcessors;

/// <summary>Adds the special tokens that surround a text.</summary>
internal abstract class PostProcessor
{
    /// <summary>The ids with the special tokens around them.</summary>
    public abstract List<int> Process(List<int> ids);

    /// <summary>Reads a post-processor of any supported kind.</summary>
    /// <exception cref="TokenizerException">The kind is not supported, or its parameters are malformed.</exception>
    public static PostProcessor Parse(TokenizerNode node) => node.Type switch
    {
        "ByteLevel" => new SequenceProcessor([]), // it moves offsets only, and offsets are not kept here
        "TemplateProcessing" => TemplateProcessor.Parse(node),
        "RobertaProcessing" or "BertProcessing" => SurroundingProcessor.Parse(node),
        "Sequence" => new SequenceProcessor([.. node.Children("processors").Select(Parse)]),
        _ => throw node.Unsupported("the post-processor"),
    };
}
