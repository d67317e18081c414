using Loragate.EvalHarness.Journals;
using Loragate.EvalHarness.Remote;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>A model behind a server. It is asked for likelihoods only: a text that a server generates depends on its own tokenizer and stop rules.</summary>
internal sealed class RemoteAnswers(RemoteModel model, KeptAnswers? kept) : IAnswerSource
{
    private double _farthest = model.Description.ProbeDistance;

    public int MaxLength => model.MaxLength;

    public double Noise => NoiseOf(_farthest);

    /// <summary>The run as all answers are from it: kept ones may be from a server that was further from the probe than it is now.</summary>
    public Artifacts.Records.Evaluating.RemoteRun Description => model.Description with { ProbeDistance = _farthest };

    /// <summary>How far, in nats, a server may be off that is so far from the probe.</summary>
    public static double NoiseOf(double probeDistance) => Math.Max(EngineNoise.Float32, probeDistance);

    public IReadOnlyList<IReadOnlyList<ScoringResult>> Score(IReadOnlyList<IReadOnlyList<ScoringRequest>> groups, IProgress<int>? progress, CancellationToken cancellation)
    {
        var answers = model.Score(groups, kept, progress, cancellation);
        _farthest = answers.SelectMany(static group => group).Select(static answer => answer.ProbeDistance).Append(_farthest).Max();
        return [.. answers.Select(static group => (IReadOnlyList<ScoringResult>)[.. group.Select(static answer => answer.Answer)])];
    }

    public GeneratedTokens Generate(int item, IReadOnlyList<int> context, int maxTokens, Func<IReadOnlyList<int>, bool> shouldStop, CancellationToken cancellation) =>
        throw new RemoteException(model.Description.Server, "a server is asked for likelihoods, not for texts", "Evaluate tasks that generate here.");
}
