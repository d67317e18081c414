using System.Text;
using System.Text.Json;

namespace Loragate.EvalHarness.Tokenizers.Models;

/// <summary>
/// The unigram language model (Kudo, arXiv 1804.10959): of all ways to cut a text into pieces the one whose scores add up to most, found by
/// Viterbi's algorithm. An unknown character costs ten more than the least likely piece; neighbouring ones become one token, or bytes.
/// </summary>
internal sealed class UnigramModel : TokenModel
{
    /// <summary>How much less likely than the least likely piece an unknown character is.</summary>
    public const double UnknownPenalty = 10;

    private readonly Dictionary<string, int> _vocabulary;
    private readonly UnigramPieces _pieces;
    private readonly ByteTokens? _bytes;

    /// <param name="vocabulary">Every token, those that are never found in text included.</param>
    /// <param name="pieces">The pieces that are found in text, and their scores.</param>
    /// <param name="byteFallback">Whether unknown characters become bytes.</param>
    public UnigramModel(Dictionary<string, int> vocabulary, UnigramPieces pieces, bool byteFallback)
    {
        _vocabulary = vocabulary;
        _pieces = pieces;
        _bytes = byteFallback ? new ByteTokens(vocabulary) : null;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    /// <summary>Reads the component: <c>vocab</c> is a list of pieces and scores, an id is a place in it.</summary>
    public static new UnigramModel Parse(TokenizerNode node)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var scores = new List<double>();
        var trie = new PieceTrie();
        foreach (var item in node.List("vocab"))
        {
            var (piece, score) = Entry(node, item, scores.Count);
            if (!vocabulary.TryAdd(piece, scores.Count))
                throw node.Fault($"'{piece}' is in the vocabulary twice");
            trie.Add(piece, scores.Count);
            scores.Add(score);
        }
        var unknown = node.Number("unk_id");
        if (unknown >= scores.Count)
            throw node.Fault($"'unk_id' is {unknown}, and the vocabulary has {scores.Count} entries");
        var pieces = new UnigramPieces(trie, scores, scores.Min() - UnknownPenalty, unknown, IsSingle: false);
        return new UnigramModel(vocabulary, pieces, node.Flag("byte_fallback", absent: false));
    }

    /// <inheritdoc/>
    public override void Tokenize(string piece, List<int> ids)
    {
        var unknown = 0;
        foreach (var (start, end, id) in BestPath(piece))
        {
            if (id != _pieces.Unknown)
            {
                AppendUnknown(piece[(start - unknown)..start], ids);
                unknown = 0;
                ids.Add(id);
            }
            else
            {
                unknown += end - start;
            }
        }
        AppendUnknown(piece[(piece.Length - unknown)..], ids);
    }

    private void AppendUnknown(string text, List<int> ids)
    {
        if (text.Length > 0 && _bytes?.TryAppend(text, ids) != true)
            ids.Add(_pieces.Unknown);
    }

    private List<(int Start, int End, int Id)> BestPath(string text)
    {
        var best = new (double Score, int Start, int Id)[text.Length + 1];
        Array.Fill(best, (0, -1, -1), 1, text.Length);
        for (var start = 0; start < text.Length;)
        {
            var character = Rune.GetRuneAt(text, start).Utf16SequenceLength;
            var known = false;
            foreach (var (length, id) in _pieces.Trie.Prefixes(text, start))
            {
                Offer(start, length, id, _pieces.Scores[id]);
                known |= length == character;
            }
            if (!known)
                Offer(start, character, _pieces.Unknown, _pieces.UnknownScore);
            start += character;
        }
        var path = new List<(int, int, int)>();
        for (var end = text.Length; end > 0; end = best[end].Start)
            path.Add((best[end].Start, end, best[end].Id));
        path.Reverse();
        return path;

        void Offer(int start, int length, int id, double score)
        {
            var sum = best[start].Score + score;
            if (_pieces.IsSingle)
                sum = (float)sum;
            ref var target = ref best[start + length];
            if (target.Start < 0 || sum > target.Score)
                target = (sum, start, id);
        }
    }

    private static (string Piece, double Score) Entry(TokenizerNode node, JsonElement item, int index) =>
        item.ValueKind == JsonValueKind.Array && item.GetArrayLength() == 2 && item[0].ValueKind == JsonValueKind.String
        && item[1].ValueKind == JsonValueKind.Number && double.IsFinite(item[1].GetDouble())
            ? (item[0].GetString()!, item[1].GetDouble())
            : throw node.Fault($"entry {index} of 'vocab' is not a piece and its score");
}
