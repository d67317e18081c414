using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Deciding;
using static Loragate.Governance.Tests.Deciding.SampleEvidence;

namespace Loragate.Governance.Tests.Deciding;

/// <summary>Evidence with one task, "skill", and one score of each model an item.</summary>
internal static class PairedEvidence
{
    public static Evidence Of(
        IReadOnlyList<double> baseScores, IReadOnlyList<double> candidateScores, Func<int, Dictionary<string, string>>? fields = null, IReadOnlyList<int>? baseFlips = null, IReadOnlyList<int>? candidateFlips = null, string metric = "acc") => new()
    {
        Inspection = Inspection(),
        Receipt = Receipt(),
        Base = Reports(true, metric, baseScores, fields, baseFlips ?? []),
        Candidate = Reports(false, metric, candidateScores, fields, candidateFlips ?? []),
        Run = Run(),
    };

    private static Dictionary<string, FiledRecord<EvaluationReport>> Reports(bool isBase, string metric, IReadOnlyList<double> scores, Func<int, Dictionary<string, string>>? fields, IReadOnlyList<int> flips)
    {
        return new() { ["skill"] = Report("skill", isBase, [.. scores.Select((score, i) => Item(i, metric, score, fields?.Invoke(i)) with { Unsteady = flips.Contains(i) ? [metric] : null })]) };
    }
}
