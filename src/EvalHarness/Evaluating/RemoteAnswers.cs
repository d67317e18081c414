using Loragate.EvalHarness.Remote;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>A model behind a server. It is asked for likelihoods only: a text that a server generates depends on its own tokenizer and stop rules.</summary>
internal sealed class RemoteAnswers(RemoteModel model, JournalFile? journal) : IAnswerSource
{
    public int MaxLength => model.MaxLength;

    public double Noise => Math.Max(EngineNoise.Float32, model.Noise);

    public IReadOnlyList<IReadOnlyList<ScoringResult>> Score(IReadOnlyList<IReadOnlyList<ScoringRequest>> groups, IProgress<int>? progress, CancellationToken cancellation) =>
        model.Score(groups, journal, progress, cancellation);

    public IReadOnlyList<int> Generate(IReadOnlyList<int> context, int maxTokens, Func<IReadOnlyList<int>, bool> shouldStop, CancellationToken cancellation) =>
        throw new RemoteException(model.Description.Server, "a server is asked for likelihoods, not for texts", "Evaluate tasks that generate here.");
}
