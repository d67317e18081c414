using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Scoring;
using Loragate.EvalHarness.Tests.Models;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Scoring;

[Collection(nameof(Torch))]
public sealed class GreedyDecoderTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly LanguageModel _model;
    private readonly GreedyDecoder _decoder;

    public GreedyDecoderTests()
    {
        _model = Load.Model(new TinyLlama().Write(_folder));
        _decoder = new GreedyDecoder(_model);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_cache_gives_what_running_the_whole_sequence_gives()
    {
        int[] context = [3, 1, 4, 1, 5];
        var generated = _decoder.Generate(context, 20, _ => false, Cancellation).Tokens;
        var sequence = context.ToList();
        foreach (var token in generated)
        {
            var last = _model.Logits([.. sequence])[^1];
            Assert.Equal(Array.IndexOf(last, last.Max()), token);
            sequence.Add(token);
        }
        Assert.Equal(20, generated.Count);
    }

    [Fact]
    public void It_stops_behind_the_token_at_which_it_was_told_to()
    {
        var all = _decoder.Generate([7, 8], 6, _ => false, Cancellation).Tokens;
        Assert.Equal(all.Take(3), _decoder.Generate([7, 8], 6, generated => generated.Count == 3, Cancellation).Tokens);
    }

    [Fact]
    public void A_long_context_is_cut_on_the_left_to_leave_room()
    {
        int[] ids = [.. Enumerable.Range(0, 100).Select(i => (i * 7) % 50)];
        Assert.Equal(_decoder.Generate(ids[46..], 10, _ => false, Cancellation).Tokens, _decoder.Generate(ids, 10, _ => false, Cancellation).Tokens);
    }

    [Theory]
    [InlineData(54, false)]
    [InlineData(55, true)]
    public void A_context_that_was_cut_is_told(int length, bool isCut) =>
        Assert.Equal(isCut, _decoder.Generate([.. Enumerable.Repeat(7, length)], 10, _ => false, Cancellation).IsTruncated);

    [Fact]
    public void What_cannot_be_generated_is_refused()
    {
        Assert.Throws<ModelException>(() => _decoder.Generate([1], 64, _ => false, Cancellation));
        Assert.Throws<ModelException>(() => _decoder.Generate([50], 4, _ => false, Cancellation));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Generate([], 4, _ => false, Cancellation));
        Assert.Throws<ArgumentOutOfRangeException>(() => _decoder.Generate([1], 0, _ => false, Cancellation));
    }

    [Fact]
    public void Generating_stops_when_asked() =>
        Assert.ThrowsAny<OperationCanceledException>(() => _decoder.Generate([1], 4, _ => false, new CancellationToken(canceled: true)));
}
