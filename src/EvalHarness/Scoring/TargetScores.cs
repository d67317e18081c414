using Loragate.EvalHarness.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Scoring;

/// <summary>
/// Log-probabilities of the targets of one pass. The head runs only on tokens that predict a target, once for each, in blocks of bounded size.
/// </summary>
internal sealed class TargetScores
{
    /// <summary>Logits in a block: 64 MiB of float32, whatever the vocabulary.</summary>
    private const int BlockLogits = 1 << 24;

    private static readonly Scalar Unseen = float.NegativeInfinity.ToScalar();

    private readonly float[] _logProbabilities;
    private readonly float[] _margins;
    private readonly bool[] _isBest;
    private readonly bool[] _isFinite;

    private TargetScores(int count)
    {
        _logProbabilities = new float[count];
        _margins = new float[count];
        _isBest = new bool[count];
        _isFinite = new bool[count];
    }

    /// <summary>Scores targets.</summary>
    /// <param name="model">The model.</param>
    /// <param name="hidden">(T, hidden): its hidden states.</param>
    /// <param name="targets">Row of the hidden states, and token id, of each target.</param>
    /// <param name="cancellation">Stops between blocks.</param>
    public static TargetScores Of(LanguageModel model, Tensor hidden, IReadOnlyList<(int Row, int Token)> targets, CancellationToken cancellation)
    {
        var scores = new TargetScores(targets.Count);
        var byRow = Enumerable.Range(0, targets.Count).GroupBy(i => targets[i].Row).OrderBy(g => g.Key);
        foreach (var rows in byRow.Chunk(Math.Max(1, BlockLogits / model.VocabularySize)))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var logits = model.Head(hidden.index_select(0, tensor(rows.Select(r => (long)r.Key).ToArray(), device: hidden.device)));
            scores.Add(logits, rows, targets);
        }
        return scores;
    }

    /// <summary>Sums a run of targets.</summary>
    /// <returns>The sum, whether all targets are the most likely tokens, by how much at least, and whether all logits behind them are finite.</returns>
    public (double Sum, bool IsGreedy, double Margin, bool IsFinite) Sum(int start, int count)
    {
        var sum = 0.0;
        for (var i = start; i < start + count; i++)
            sum += _logProbabilities[i];
        return (sum, !_isBest.AsSpan(start, count).Contains(false), _margins.AsSpan(start, count).ToArray().Min(), !_isFinite.AsSpan(start, count).Contains(false));
    }

    private void Add(Tensor logits, IGrouping<int, int>[] rows, IReadOnlyList<(int Row, int Token)> targets)
    {
        var vocabulary = logits.shape[1];
        var logProbabilities = logits.log_softmax(-1);
        var places = rows.SelectMany((row, r) => row.Select(i => (r * vocabulary) + targets[i].Token)).ToArray();
        var picked = Numbers<float>(logProbabilities.view(-1).index_select(0, tensor(places, device: logits.device)));
        var likeliest = logits.argmax(-1, keepdim: true);
        var best = Numbers<long>(likeliest);
        var most = Numbers<float>(logProbabilities.amax([-1]));
        // A NaN or +∞ logit makes its whole row NaN, a −∞ shows in the least: one reduction sees all three.
        var least = Numbers<float>(logProbabilities.amin([-1]));
        var second = Numbers<float>(logProbabilities.scatter_(-1, likeliest, likeliest.to(logits.dtype).fill_(Unseen)).amax([-1]));
        var next = 0;
        for (var r = 0; r < rows.Length; r++)
        {
            foreach (var i in rows[r])
            {
                _logProbabilities[i] = picked[next++];
                _isBest[i] = best[r] == targets[i].Token;
                _margins[i] = _logProbabilities[i] - (_isBest[i] ? second[r] : most[r]);
                _isFinite[i] = float.IsFinite(least[r]);
            }
        }
    }

    private static T[] Numbers<T>(Tensor numbers) where T : unmanaged => numbers.cpu().data<T>().ToArray();
}
