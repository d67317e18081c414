using CsCheck;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Scoring;
using Loragate.EvalHarness.Tests.Models;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Scoring;

[Collection(nameof(Torch))]
public sealed class ScorerTests : IDisposable
{
    /// <summary>
    /// Packings differ in the order of float32 sums: about 1e-6 of logits of magnitude 10, over at most 64 tokens of a continuation.
    /// </summary>
    private const double Tolerance = 1e-4;

    private readonly TempFolder _folder = new();
    private readonly LanguageModel _model;
    private readonly Scorer _scorer;
    private TorchSharp.torch.Tensor? _bent;

    public ScorerTests()
    {
        _model = Load.Model(new TinyLlama().Write(_folder));
        _scorer = new Scorer(_model, threads: 1);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _bent?.Dispose();
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Packed_trees_score_as_requests_run_alone_whatever_the_packing()
    {
        // Few distinct ids, so that contexts and continuations often begin alike, also across the border between the two.
        var tokens = Gen.Int[0, 3];
        var request = Gen.Select(tokens.Array[1, 12], tokens.Array[1, 6], (context, continuation) => new ScoringRequest(context, continuation));
        var shared = Gen.Select(tokens.Array[1, 20], tokens.Array[1, 8].Array[1, 6], (context, continuations) =>
            continuations.Select(c => new ScoringRequest(context, c)).ToArray());
        var group = Gen.OneOf(request.Array[0, 5], shared);
        Gen.Select(group.Array[1, 6], Gen.Int[1, 200]).Sample(
            (groups, tokensPerPass) =>
            {
                var results = _scorer.Score(groups, tokensPerPass, null, Cancellation);
                for (var g = 0; g < groups.Length; g++)
                    AssertEqualAlone(groups[g], results[g]);
            },
            iter: 60, threads: 1, seed: "0000KOIPe3B3");
    }

    [Theory]
    [InlineData("cpu", 3)]
    [InlineData("cuda", 1)]
    [InlineData("cuda:1", 1)]
    public void An_accelerator_computes_one_pass_at_a_time(string device, int passes) =>
        Assert.Equal(passes, Scorer.PassesAtOnce(new TorchSharp.torch.Device(device), threads: 3));

    [Fact]
    public void What_all_groups_begin_with_is_kept_and_changes_no_score()
    {
        int[] beginning = [.. Enumerable.Range(0, 36).Select(i => (i * 11) % 50)];
        ScoringRequest[][] groups = [.. Groups(seed: 21, count: 9).Select(group => group.Select(r => new ScoringRequest([.. beginning, .. r.Context.Take(12)], r.Continuation)).ToArray())];
        foreach (var tokensPerPass in new[] { 1, 40, 500 })
        {
            var results = _scorer.Score(groups, tokensPerPass, null, Cancellation);
            Assert.All(groups.Zip(results), pair => AssertEqualAlone(pair.First, pair.Second));
        }
        Assert.Equal(36, Common(groups).Tokens.Count);
    }

    [Fact]
    public void A_beginning_is_kept_only_where_groups_share_it_and_no_scored_token_lies_in_it()
    {
        int[] beginning = [.. Enumerable.Range(0, 40).Select(i => i)];
        ScoringRequest request = new([.. beginning, 7], [1]);
        Assert.Empty(Common([[request, request]]).Tokens);
        Assert.Equal(40, Common([[request], [new([.. beginning, 8], [1])]]).Tokens.Count);
        Assert.Equal(35, Common([[request], [new([.. beginning.Take(36)], [1])]]).Tokens.Count);
        Assert.Empty(Common([[request], [new([.. beginning.Take(31), 9], [1])]]).Tokens);
        // A context that was cut has another beginning: it is run by itself, and the others keep theirs.
        ScoringRequest cut = new([.. beginning, .. beginning], [1]);
        Assert.Equal(40, Common([[request], [cut], [new([.. beginning, 8], [1])]]).Tokens.Count);
        ScoringRequest[][] groups = [[request], [cut], [new([.. beginning, 8], [2])]];
        var results = _scorer.Score(groups, 500, null, Cancellation);
        Assert.Equal([false, true, false], results.Select(answers => answers[0].IsTruncated));
        AssertEqualAlone(groups[0], results[0]);
        AssertEqualAlone([new ScoringRequest([.. cut.Context.TakeLast(64)], [1])], results[1]);
    }

    [Fact]
    public void The_order_of_groups_and_requests_does_not_matter()
    {
        var groups = Groups(seed: 11, count: 12);
        var forward = _scorer.Score(groups, 100, null, Cancellation);
        IReadOnlyList<IReadOnlyList<ScoringRequest>> turned = [.. groups.Reverse().Select(g => (IReadOnlyList<ScoringRequest>)[.. g.Reverse()])];
        var backward = _scorer.Score(turned, 100, null, Cancellation).Reverse().Select(g => g.Reverse().ToList()).ToList();
        foreach (var (a, b) in forward.SelectMany(g => g).Zip(backward.SelectMany(g => g)))
            Assert.InRange(a.LogLikelihood - b.LogLikelihood, -Tolerance, Tolerance);
    }

    [Fact]
    public void The_same_call_gives_the_same_bits()
    {
        var groups = Groups(seed: 5, count: 20);
        var first = _scorer.Score(groups, 128, null, Cancellation).SelectMany(g => g).ToList();
        _ = _scorer.Score(Groups(seed: 6, count: 7), 64, null, Cancellation);
        Assert.Equal(first, _scorer.Score(groups, 128, null, Cancellation).SelectMany(g => g));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void The_number_of_threads_changes_no_bit(int threads)
    {
        var groups = Groups(seed: 8, count: 40);
        var one = _scorer.Score(groups, 50, null, Cancellation).SelectMany(g => g);
        Assert.Equal(one, new Scorer(_model, threads).Score(groups, 50, null, Cancellation).SelectMany(g => g));
    }

    [Fact]
    public void A_fault_is_reported_for_the_first_request_in_order_whichever_thread_meets_one_first()
    {
        using var model = Bent("model.embed_tokens.weight", 7, float.NaN);
        ScoringRequest[][] groups = [.. Enumerable.Range(0, 30).Select(i => new[] { new ScoringRequest([i < 9 ? 1 : 7, 2], [3]) })];
        for (var run = 0; run < 10; run++)
        {
            var refusal = Assert.Throws<ModelException>(() => new Scorer(model, threads: 4).Score(groups, 1, null, Cancellation));
            Assert.Contains("group 9, request 0", refusal.Place, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_request_longer_than_a_pass_is_run_alone()
    {
        ScoringRequest[] group = [new([1, 2, 3, 4, 5, 6], [7]), new([1, 2, 3, 4, 5, 6], [8, 9])];
        AssertEqualAlone(group, _scorer.Score([group], 1, null, Cancellation)[0]);
    }

    [Fact]
    public void Requests_that_share_nothing_may_share_a_group()
    {
        ScoringRequest[] group = [new([1, 2], [3]), new([4, 5], [3]), new([1], [2, 3]), new([6], [6, 6, 6])];
        AssertEqualAlone(group, _scorer.Score([group], 100, null, Cancellation)[0]);
    }

    [Fact]
    public void The_greedy_continuation_is_recognised_and_another_is_not()
    {
        int[] context = [3, 1, 4];
        var greedy = new GreedyDecoder(_model).Generate(context, 5, _ => false, Cancellation).Tokens;
        int[] other = [.. greedy.Take(4), (greedy[4] + 1) % _model.VocabularySize];
        var results = _scorer.Score([[new(context, greedy), new(context, other)]], 100, null, Cancellation)[0];
        Assert.True(results[0].IsGreedy);
        Assert.False(results[1].IsGreedy);
        Assert.True(results[0].LogLikelihood > results[1].LogLikelihood);
    }

    [Fact]
    public void A_long_context_loses_its_beginning_and_says_so()
    {
        // Length 64: 65 tokens fit, since the last is only predicted.
        int[] ids = [.. Enumerable.Range(0, 80).Select(i => (i * 7) % 50)];
        var fits = new ScoringRequest(ids[..60], ids[60..65]);
        var longer = new ScoringRequest(ids[..75], ids[75..80]);
        var cut = new ScoringRequest(ids[15..75], ids[75..80]);
        var results = _scorer.Score([[fits], [longer], [cut]], 100, null, Cancellation).Select(g => g[0]).ToList();
        Assert.Equal([false, true, false], results.Select(r => r.IsTruncated));
        Assert.Equal(results[2].LogLikelihood, results[1].LogLikelihood, Tolerance);
    }

    [Fact]
    public void A_continuation_longer_than_the_model_is_refused_by_group_and_request()
    {
        var refusal = Assert.Throws<ModelException>(() => _scorer.Score([[new([1], [2])], [new([1], [2]), new([1], new int[65])]], 100, null, Cancellation));
        Assert.Contains("group 1, request 1", refusal.Place, StringComparison.Ordinal);
        Assert.Single(_scorer.Score([[new([1], new int[64])]], 100, null, Cancellation));
    }

    [Fact]
    public void An_id_beyond_the_vocabulary_is_refused_by_group_and_request()
    {
        var refusal = Assert.Throws<ModelException>(() => _scorer.Score([[], [new([1], [50])]], 100, null, Cancellation));
        Assert.Contains("group 1, request 0", refusal.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_context_or_continuation_is_the_callers_bug()
    {
        Assert.Throws<ArgumentException>(() => _scorer.Score([[new([], [1])]], 100, null, Cancellation));
        Assert.Throws<ArgumentException>(() => _scorer.Score([[new([1], [])]], 100, null, Cancellation));
        Assert.Throws<ArgumentOutOfRangeException>(() => _scorer.Score([], 0, null, Cancellation));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Scorer(_model, threads: 0));
    }

    [Fact]
    public void No_groups_and_empty_groups_have_empty_answers()
    {
        Assert.Empty(_scorer.Score([], 100, null, Cancellation));
        Assert.Equal([0, 1, 0], _scorer.Score([[], [new([1], [2])], []], 100, null, Cancellation).Select(g => g.Count));
    }

    [Fact]
    public void Progress_ends_at_the_number_of_groups()
    {
        var heard = new Heard();
        _scorer.Score(Groups(seed: 3, count: 9), 60, heard, Cancellation);
        Assert.True(heard.Values.Count > 1);
        Assert.Equal(heard.Values.Order(), heard.Values);
        Assert.Equal(9, heard.Values[^1]);
    }

    [Fact]
    public void Scoring_stops_when_asked() =>
        Assert.ThrowsAny<OperationCanceledException>(() => _scorer.Score([[new([1], [2])]], 100, null, new CancellationToken(canceled: true)));

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_logit_that_is_not_finite_is_never_a_score(float value)
    {
        // One logit only, of a token that is not asked for.
        using var model = Bent("lm_head.weight", 49, value);
        var refusal = Assert.Throws<ModelException>(() => new Scorer(model, 1).Score([[new([1], [2])], [new([1, 2], [3])]], 100, null, Cancellation));
        Assert.Contains("group 0, request 0", refusal.Place, StringComparison.Ordinal);
        Assert.Throws<ModelException>(() => new GreedyDecoder(model).Generate([1], 1, _ => false, Cancellation));
    }

    [Fact]
    public void Numbers_that_are_not_finite_spoil_only_the_requests_that_they_touch()
    {
        using var model = Bent("model.embed_tokens.weight", 7, float.NaN);
        ScoringRequest[][] groups = [[new([1, 2], [3]), new([1, 3], [4])], [new([1], [2]), new([1, 7], [2])]];
        var refusal = Assert.Throws<ModelException>(() => new Scorer(model, 1).Score(groups, 100, null, Cancellation));
        Assert.Contains("group 1, request 1", refusal.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_is_flat_over_many_calls()
    {
        int[] beginning = [.. Enumerable.Range(0, 33)];
        ScoringRequest[][] groups = [.. Groups(seed: 9, count: 4).Select(group => group.Select(r => new ScoringRequest([.. beginning, .. r.Context.Take(9)], r.Continuation)).ToArray())];
        // Of this thread: other tests make tensors meanwhile. What a finaliser would free later counts as live.
        static long Live() => TorchSharp.DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        _scorer.Score(groups, 64, null, Cancellation);
        var decoder = new GreedyDecoder(_model);
        decoder.Generate([1, 2], 3, _ => false, Cancellation);
        var before = Live();
        for (var i = 0; i < 200; i++)
        {
            _scorer.Score(groups, 64, null, Cancellation);
            decoder.Generate([1, 2], 3, _ => false, Cancellation);
        }
        Assert.Equal(before, Live());
    }

    private CommonBeginning Common(ScoringRequest[][] groups)
    {
        var common = new CommonBeginning();
        foreach (var (group, requests) in groups.Index())
        {
            foreach (var request in requests)
                common.Add(TokenPath.Of(request, _model, "here"), group);
        }
        return common;
    }

    private static IReadOnlyList<IReadOnlyList<ScoringRequest>> Groups(int seed, int count)
    {
        var random = new Random(seed);
        int[] Ids(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(50))];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var context = Ids(random.Next(1, 30));
            return (IReadOnlyList<ScoringRequest>)[.. Enumerable.Range(0, 4).Select(_ => new ScoringRequest(context, Ids(random.Next(1, 8))))];
        })];
    }

    private void AssertEqualAlone(ScoringRequest[] requests, IReadOnlyList<ScoringResult> results)
    {
        Assert.Equal(requests.Length, results.Count);
        foreach (var (request, result) in requests.Zip(results))
        {
            var (sum, isGreedy, margin) = Alone(request);
            Assert.InRange(result.LogLikelihood - sum, -Tolerance, Tolerance);
            Assert.InRange(result.GreedyMargin!.Value - margin, -Tolerance, Tolerance);
            if (Math.Abs(margin) > Tolerance)
                Assert.Equal(isGreedy, result.IsGreedy);
        }
    }

    /// <summary>One request, one plain forward pass, log-softmax in double; the margin tells a tie from an error.</summary>
    private (double Sum, bool IsGreedy, double Margin) Alone(ScoringRequest request)
    {
        int[] inputs = [.. request.Context, .. request.Continuation.SkipLast(1)];
        var logits = _model.Logits(inputs);
        var (sum, isGreedy, margin) = (0.0, true, double.MaxValue);
        for (var i = 0; i < request.Continuation.Count; i++)
        {
            var row = logits[request.Context.Count - 1 + i];
            var token = request.Continuation[i];
            sum += row[token] - Math.Log(row.Sum(l => Math.Exp(l)));
            var best = row.Where((_, v) => v != token).Max();
            isGreedy &= row[token] > best;
            margin = Math.Min(margin, row[token] - best);
        }
        return (sum, isGreedy, margin);
    }

    private sealed class Heard : IProgress<int>
    {
        public List<int> Values { get; } = [];

        public void Report(int value) => Values.Add(value);
    }

    /// <summary>The model with one number that no file is loaded with, as if it had grown too large on the way.</summary>
    private LanguageModel Bent(string weight, int row, float value) => _model.With(_model.Precision, _model.Type, w =>
    {
        if (w.Name != weight)
            return w.Value;
        _bent = w.Value.clone();
        _bent[row, 0] = value;
        return _bent;
    });
}
