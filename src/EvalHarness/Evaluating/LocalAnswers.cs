using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Scoring;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>A model in this process.</summary>
internal sealed class LocalAnswers(LanguageModel model, EvaluatorOptions options) : IAnswerSource
{
    private readonly Scorer _scorer = new(model, options.Threads);
    private readonly GreedyDecoder _decoder = new(model);

    public int MaxLength => model.MaxLength;

    public double Noise => NoiseOf(model.Type);

    public IReadOnlyList<IReadOnlyList<ScoringResult>> Score(IReadOnlyList<IReadOnlyList<ScoringRequest>> groups, IProgress<int>? progress, CancellationToken cancellation) =>
        _scorer.Score(groups, options.TokensPerPass, progress, cancellation);

    /// <summary>Nats within which runs in other pieces agree on a summed log-likelihood: a half type rounds every product, and other pieces round otherwise.</summary>
    internal static double NoiseOf(ScalarType type) => type switch
    {
        ScalarType.BFloat16 => 0.25,
        ScalarType.Float16 => 0.03,
        _ => TaskRun.Noise,
    };

    public IReadOnlyList<int> Generate(IReadOnlyList<int> context, int maxTokens, Func<IReadOnlyList<int>, bool> shouldStop, CancellationToken cancellation) =>
        _decoder.Generate(context, maxTokens, shouldStop, cancellation);
}
