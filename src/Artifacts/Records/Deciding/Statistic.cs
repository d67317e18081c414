namespace Loragate.Artifacts.Records.Deciding;

/// <summary>The numbers behind a rule's outcome; the procedure's name carries all that is needed to compute them again.</summary>
/// <param name="Procedure">"tango-score", "clustered-t", "clopper-pearson" …</param>
/// <param name="Estimate">The point estimate.</param>
/// <param name="Lower">The one-sided lower 1 − α bound.</param>
/// <param name="Upper">The one-sided upper 1 − α bound.</param>
/// <param name="Threshold">What the bounds are held against, in the same unit.</param>
/// <param name="Alpha">α.</param>
/// <param name="Items">Items used.</param>
/// <param name="Clusters">Clusters, where items are clustered.</param>
/// <param name="Baseline">The base model's value on the same items, where there is one.</param>
/// <param name="Candidate">The candidate's value.</param>
/// <param name="Gained">Items that the candidate alone got right (or stereotypical).</param>
/// <param name="Lost">Items that the base alone got right (or stereotypical).</param>
/// <param name="PValue">p of the test for failure, before Holm's correction.</param>
/// <param name="ItemsNeeded">About how many items would decide, where they were too few.</param>
public sealed record Statistic(
    string Procedure,
    double Estimate,
    double Lower,
    double Upper,
    double Threshold,
    double Alpha,
    int Items,
    int? Clusters = null,
    double? Baseline = null,
    double? Candidate = null,
    int? Gained = null,
    int? Lost = null,
    double? PValue = null,
    int? ItemsNeeded = null);
