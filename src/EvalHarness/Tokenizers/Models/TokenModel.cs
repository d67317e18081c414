namespace Loragate.EvalHarness.Tokenizers.Models;

/// <summary>Turns a piece of text into tokens of a vocabulary.</summary>
internal abstract class TokenModel
{
    /// <summary>The vocabulary: token to id.</summary>
    public abstract IReadOnlyDictionary<string, int> Vocabulary { get; }

    /// <summary>Appends the ids of one piece.</summary>
    public abstract void Tokenize(string piece, List<int> ids);

    /// <summary>Reads a model of any supported kind.</summary>
    /// <exception cref="TokenizerException">The kind is not supported, or its parameters are malformed.</exception>
    public static TokenModel Parse(TokenizerNode node)
    {
        // Files of the library's first versions name no type: they hold BPE.
        var type = node.Has("type") ? node.Type : node.Has("merges") ? "BPE" : "";
        return type switch
        {
            "BPE" => BpeModel.Parse(node),
            "Unigram" => UnigramModel.Parse(node),
            "WordPiece" => WordPieceModel.Parse(node),
            _ => throw node.Unsupported("the model"),
        };
    }
}
