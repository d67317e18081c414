using System.Collections.Concurrent;
using System.Text.Json;

namespace Loragate.EvalHarness.Tokenizers.Models;

/// <summary>
/// Byte-pair encoding (Sennrich et al. 2016) as the tokenizers library does it: characters, or bytes where a character is unknown and
/// the model falls back to them, then the pair of lowest rank is merged, the leftmost first, until none is left.
/// </summary>
internal sealed class BpeModel : TokenModel
{
    private const int CacheCapacity = 1 << 16;
    private const int LongestCachedPiece = 128;

    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges;
    private readonly ConcurrentDictionary<string, int[]> _cache = new();
    private readonly ByteTokens? _bytes;
    private readonly int? _unknown;
    private readonly bool _fuseUnknown;
    private readonly bool _ignoreMerges;
    private readonly string? _prefix;
    private readonly string? _suffix;

    private BpeModel(TokenizerNode node)
    {
        _prefix = node.OptionalText("continuing_subword_prefix");
        _suffix = node.OptionalText("end_of_word_suffix");
        _fuseUnknown = node.Flag("fuse_unk", absent: false);
        _ignoreMerges = node.Flag("ignore_merges", absent: false);
        _vocabulary = VocabularyReader.Read(node);
        _merges = BpeMerges.Parse(node, _vocabulary, _prefix);
        _bytes = node.Flag("byte_fallback", absent: false) ? new ByteTokens(_vocabulary) : null;
        _unknown = VocabularyReader.Unknown(node, _vocabulary);
    }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, int> Vocabulary => _vocabulary;

    /// <summary>Reads the component.</summary>
    public static new BpeModel Parse(TokenizerNode node) =>
        node.Has("dropout") && !IsZero(node)
            ? throw node.Fault("'dropout' makes tokens random")
            : new BpeModel(node);

    /// <inheritdoc/>
    public override void Tokenize(string piece, List<int> ids)
    {
        if (piece.Length == 0)
            return;
        if (!_cache.TryGetValue(piece, out var tokens))
        {
            tokens = _ignoreMerges && _vocabulary.TryGetValue(piece, out var whole) ? [whole] : Merge(Symbols(piece));
            if (piece.Length <= LongestCachedPiece && _cache.Count < CacheCapacity)
                _cache.TryAdd(piece, tokens);
        }
        ids.AddRange(tokens);
    }

    private static bool IsZero(TokenizerNode node) =>
        node.Element.GetProperty("dropout") is { ValueKind: JsonValueKind.Number } dropout && dropout.GetDouble() == 0;

    /// <summary>The ids that the merges start from. An unknown run is written before the next known character, not before bytes: so does the library.</summary>
    private List<int> Symbols(string piece)
    {
        var symbols = new List<int>(piece.Length);
        var unknown = false;
        var at = 0;
        foreach (var rune in piece.EnumerateRunes())
        {
            var end = at + rune.Utf16SequenceLength;
            var symbol = (at > 0 ? _prefix : null) + piece[at..end] + (end == piece.Length ? _suffix : null);
            at = end;
            if (_vocabulary.TryGetValue(symbol, out var id))
            {
                if (unknown)
                    symbols.Add(_unknown!.Value);
                unknown = false;
                symbols.Add(id);
            }
            else if (_bytes?.TryAppend(symbol, symbols) != true)
            {
                if (unknown && !_fuseUnknown)
                    symbols.Add(_unknown!.Value);
                unknown = _unknown is not null;
            }
        }
        if (unknown)
            symbols.Add(_unknown!.Value);
        return symbols;
    }

    /// <summary>Merges over a linked list, the next merge from a heap ordered by rank, then position.</summary>
    private int[] Merge(List<int> symbols)
    {
        if (symbols.Count < 2)
            return [.. symbols];
        var ids = symbols.ToArray();
        var next = new int[ids.Length];
        var previous = new int[ids.Length];
        var heap = new PriorityQueue<(int At, int Id), (int Rank, int At)>();
        for (var i = 0; i < ids.Length; i++)
        {
            previous[i] = i - 1;
            next[i] = i + 1 < ids.Length ? i + 1 : -1;
        }
        for (var i = 0; i < ids.Length - 1; i++)
            Offer(i);

        while (heap.TryDequeue(out var candidate, out _))
        {
            var at = candidate.At;
            // The pair may have gone, or changed, since it was offered.
            if (ids[at] < 0 || next[at] < 0 || !_merges.TryGetValue((ids[at], ids[next[at]]), out var merge) || merge.Id != candidate.Id)
                continue;
            var gone = next[at];
            ids[at] = merge.Id;
            ids[gone] = -1;
            next[at] = next[gone];
            if (next[gone] >= 0)
                previous[next[gone]] = at;
            if (previous[at] >= 0)
                Offer(previous[at]);
            if (next[at] >= 0)
                Offer(at);
        }
        return [.. ids.Where(static id => id >= 0)];

        void Offer(int at)
        {
            if (_merges.TryGetValue((ids[at], ids[next[at]]), out var merge))
                heap.Enqueue((at, merge.Id), (merge.Rank, at));
        }
    }
}
