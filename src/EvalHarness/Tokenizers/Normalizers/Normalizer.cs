using System.Text;

namespace Loragate.EvalHarness.Tokenizers.Normalizers;

/// <summary>Rewrites a piece of text before it is split.</summary>
internal abstract class Normalizer
{
    /// <summary>Whether characters may go without anything in their place, so that the rest begins elsewhere in the text.</summary>
    public virtual bool CanRemove => false;

    /// <summary>The rewritten text.</summary>
    public abstract string Normalize(string text);

    /// <summary>Reads a normalizer of any supported kind.</summary>
    /// <exception cref="TokenizerException">The kind is not supported, or its parameters are malformed.</exception>
    public static Normalizer Parse(TokenizerNode node) => node.Type switch
    {
        "NFC" => new UnicodeFormNormalizer(NormalizationForm.FormC),
        "NFD" => new UnicodeFormNormalizer(NormalizationForm.FormD),
        "NFKC" => new UnicodeFormNormalizer(NormalizationForm.FormKC),
        "NFKD" => new UnicodeFormNormalizer(NormalizationForm.FormKD),
        "BertNormalizer" => BertNormalizer.Parse(node),
        "StripAccents" => new StripAccentsNormalizer(),
        "Lowercase" => new LowercaseNormalizer(),
        "Prepend" => new PrependNormalizer(node.Text("prepend")),
        "Replace" => new ReplaceNormalizer(TokenizerPattern.Parse(node), node.Text("content")),
        "Strip" => new StripNormalizer(node.Flag("strip_left", absent: true), node.Flag("strip_right", absent: true)),
        "Sequence" => new SequenceNormalizer([.. node.Children("normalizers").Select(Parse)]),
        _ => throw node.Unsupported("the normalizer"),
    };
}
