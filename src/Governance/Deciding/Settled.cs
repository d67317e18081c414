using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Deciding;

/// <summary>An outcome that depends on no other rule.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Reason">The stable word.</param>
/// <param name="Summary">The sentence.</param>
/// <param name="Evidence">Digests of the records that were read.</param>
internal sealed record Settled(Outcome Outcome, string Reason, string Summary, IReadOnlyList<Digest> Evidence) : Assessment(Evidence)
{
    /// <summary>What was measured, and its limit; null where there is no such figure.</summary>
    public Figure? Figure { get; init; }

    public static Settled As(Outcome outcome, string reason, string summary, params Digest[] evidence) => new(outcome, reason, summary, evidence);

    public static Settled Undecided(Shortfall shortfall, IReadOnlyList<Digest> evidence) =>
        new(Outcome.Undecided, shortfall.Reason, shortfall.Sentence, evidence);
}
