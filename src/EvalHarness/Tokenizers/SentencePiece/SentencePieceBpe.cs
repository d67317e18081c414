using System.Text;
using Loragate.EvalHarness.Tokenizers.Models;

namespace Loragate.EvalHarness.Tokenizers.SentencePiece;

/// <summary>
/// SentencePiece's BPE (src/bpe_model.cc): two neighbours are joined where the whole is a piece, the piece of highest score first, the
/// leftmost of equals. There is no list of merges.
/// </summary>
internal sealed class SentencePieceBpe : TokenModel
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<string, (int Id, float Score)> _pieces;
    private readonly ByteTokens? _bytes;
    private readonly int _unknown;

    public SentencePieceBpe(Dictionary<string, int> vocabulary, SentencePieceModel model)
    {
        _vocabulary = vocabulary;
        _pieces = model.Pieces.Select((piece, id) => (piece, id)).Where(p => p.piece.Kind == PieceKind.Normal).ToDictionary(p => p.piece.Text, p => (p.id, p.piece.Score), StringComparer.Ordinal);
        _bytes = model.ByteFallback ? new ByteTokens(vocabulary) : null;
        _unknown = model.Unknown;
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    /// <inheritdoc/>
    public override void Tokenize(string piece, List<int> ids)
    {
        var afterUnknown = false;
        foreach (var symbol in Join(piece))
        {
            if (_pieces.TryGetValue(symbol, out var known))
            {
                ids.Add(known.Id);
                afterUnknown = false;
            }
            else if (_bytes?.TryAppend(symbol, ids) != true)
            {
                if (!afterUnknown)
                    ids.Add(_unknown);
                afterUnknown = true;
            }
        }
    }

    /// <summary>Joins over a linked list of symbols; symbol i covers text from starts[i] to where the next begins.</summary>
    private IEnumerable<string> Join(string text)
    {
        var starts = new List<int>();
        for (var at = 0; at < text.Length; at += Rune.GetRuneAt(text, at).Utf16SequenceLength)
            starts.Add(at);
        var count = starts.Count;
        var ends = Enumerable.Range(1, count).Select(i => i < count ? starts[i] : text.Length).ToArray();
        var next = Enumerable.Range(1, count).ToArray();
        var previous = Enumerable.Range(-1, count).ToArray();
        var gone = new bool[count];
        var heap = new PriorityQueue<(int Left, int Right, int End), (float Score, int Left)>();
        for (var i = 0; i < count - 1; i++)
            Offer(i);
        while (heap.TryDequeue(out var pair, out _))
        {
            // The pair may have gone, or changed, since it was offered.
            if (gone[pair.Left] || next[pair.Left] != pair.Right || ends[pair.Right] != pair.End)
                continue;
            ends[pair.Left] = pair.End;
            gone[pair.Right] = true;
            next[pair.Left] = next[pair.Right];
            if (next[pair.Left] < count)
                previous[next[pair.Left]] = pair.Left;
            if (previous[pair.Left] >= 0)
                Offer(previous[pair.Left]);
            Offer(pair.Left);
        }
        return Enumerable.Range(0, count).Where(i => !gone[i]).Select(i => text[starts[i]..ends[i]]);

        void Offer(int left)
        {
            if (next[left] < count && _pieces.TryGetValue(text[starts[left]..ends[next[left]]], out var whole))
                heap.Enqueue((left, next[left], ends[next[left]]), (-whole.Score, left));
        }
    }
}
