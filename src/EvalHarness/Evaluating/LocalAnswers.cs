using System.Globalization;
using Loragate.EvalHarness.Journals;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>A model in this process.</summary>
internal sealed class LocalAnswers(LanguageModel model, EvaluatorOptions options, KeptAnswers? kept) : IAnswerSource
{
    private readonly Scorer _scorer = new(model, options.Threads);
    private readonly GreedyDecoder _decoder = new(model);

    public int MaxLength => model.MaxLength;

    public double Noise => EngineNoise.Of(model.Type);

    public IReadOnlyList<IReadOnlyList<ScoringResult>> Score(IReadOnlyList<IReadOnlyList<ScoringRequest>> groups, IProgress<int>? progress, CancellationToken cancellation) =>
        _scorer.Score(groups, options.TokensPerPass, kept, progress, cancellation);

    public GeneratedTokens Generate(int item, IReadOnlyList<int> context, int maxTokens, Func<IReadOnlyList<int>, bool> shouldStop, CancellationToken cancellation)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"text {item}");
        if (kept?.Find<GeneratedTokens>(name) is { } found)
            return found;
        var generated = _decoder.Generate(context, maxTokens, shouldStop, cancellation);
        kept?.Add(name, generated);
        return generated;
    }
}
