using System.Text;

namespace Loragate.EvalHarness.Tokenizers.Models;

/// <summary>
/// WordPiece (Schuster and Nakajima 2012; Devlin et al., arXiv 1810.04805): at each place the longest token; a word that cannot be cut so, or
/// that is too long, is unknown as a whole.
/// </summary>
internal sealed class WordPieceModel : TokenModel
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly int _unknown;
    private readonly string _prefix;
    private readonly int _maxCharacters;

    private WordPieceModel(TokenizerNode node)
    {
        _vocabulary = VocabularyReader.Read(node);
        _unknown = VocabularyReader.Unknown(node, _vocabulary) ?? throw node.Fault("'unk_token' is missing");
        _prefix = node.OptionalText("continuing_subword_prefix") ?? "##";
        _maxCharacters = node.Has("max_input_chars_per_word") ? node.Number("max_input_chars_per_word") : 100;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    /// <summary>Reads the component.</summary>
    public static new WordPieceModel Parse(TokenizerNode node) => new(node);

    /// <inheritdoc/>
    public override void Tokenize(string piece, List<int> ids)
    {
        var first = ids.Count;
        if (piece.EnumerateRunes().Count() <= _maxCharacters && TryCut(piece, ids))
            return;
        ids.RemoveRange(first, ids.Count - first);
        ids.Add(_unknown);
    }

    private bool TryCut(string word, List<int> ids)
    {
        for (var start = 0; start < word.Length;)
        {
            var end = word.Length;
            int id;
            while (!_vocabulary.TryGetValue((start > 0 ? _prefix : "") + word[start..end], out id))
            {
                end -= char.IsLowSurrogate(word[end - 1]) ? 2 : 1;
                if (end == start)
                    return false;
            }
            ids.Add(id);
            start = end;
        }
        return true;
    }
}
