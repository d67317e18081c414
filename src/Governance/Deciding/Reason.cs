namespace Loragate.Governance.Deciding;

/// <summary>Every word that <see cref="Artifacts.Records.Deciding.RuleResult.Reason"/> can hold. The words are stable: reports translate them.</summary>
public static class Reason
{
    /// <summary>Passed: the inspection found nothing that this policy forbids.</summary>
    public const string NoBlockingFinding = "no-blocking-finding";

    /// <summary>Failed: the inspection found something that blocks or that this policy forbids.</summary>
    public const string FindingBlocks = "finding-blocks";

    /// <summary>Passed: the one-sided bound, or both of them, lies on the right side of the margin.</summary>
    public const string BoundClearsMargin = "bound-clears-margin";

    /// <summary>Failed: the opposite test rejects after Holm's correction.</summary>
    public const string BoundFailsMargin = "bound-fails-margin";

    /// <summary>Undecided: the margin lies between what is shown and what is refuted.</summary>
    public const string BoundsStraddleMargin = "bounds-straddle-margin";

    /// <summary>Undecided: shown or refuted, but not if the items within the engine's noise had fallen the other way.</summary>
    public const string CoinFlipsDecide = "coin-flips-decide";

    /// <summary>Undecided: fewer items than the policy's plan demands.</summary>
    public const string NotEnoughItems = "not-enough-items";

    /// <summary>Undecided: too few clusters for a standard error that can be trusted.</summary>
    public const string NotEnoughClusters = "not-enough-clusters";

    /// <summary>Undecided: a record is not there.</summary>
    public const string EvidenceMissing = "evidence-missing";

    /// <summary>Undecided: a record is about another adapter, base or merged model.</summary>
    public const string EvidenceOfOtherModel = "evidence-of-other-model";

    /// <summary>Undecided: the scores are of another task file or other data than the policy pins.</summary>
    public const string EvidenceOfOtherTask = "evidence-of-other-task";

    /// <summary>Undecided: another program made the scores, and the policy does not accept that.</summary>
    public const string EvidenceImported = "evidence-imported";

    /// <summary>Undecided: a server gave the scores, and the policy does not accept that.</summary>
    public const string EvidenceRemote = "evidence-remote";

    /// <summary>Undecided: base and candidate were not scored on the same items by the same engine.</summary>
    public const string ItemsDoNotPair = "items-do-not-pair";

    /// <summary>Undecided: an item has no such metric.</summary>
    public const string MetricMissing = "metric-missing";

    /// <summary>Undecided: an item's metric is not a number, or not one that this check can use.</summary>
    public const string MetricUnusable = "metric-unusable";

    /// <summary>Undecided: an item lacks a column that the rule selects or clusters by.</summary>
    public const string FieldMissing = "field-missing";

    /// <summary>Undecided: the values, or the clusters' means, are all equal, which says nothing about how far they might be from it.</summary>
    public const string NoVariation = "no-variation";

    /// <summary>Passed: rounding took less of the update than the policy allows.</summary>
    public const string UpdatePreserved = "update-preserved";

    /// <summary>Failed: rounding took more of the update than the policy allows.</summary>
    public const string UpdateLost = "update-lost";

    /// <summary>Failed: single weights did not come out of the merge as the policy demands (changed at all, not too far, neither saturated nor flushed), be the update as a whole preserved.</summary>
    public const string WeightsHarmed = "weights-harmed";

    /// <summary>Failed: there was nothing to merge, the update is zero.</summary>
    public const string NothingMerged = "nothing-merged";

    /// <summary>Failed: the merge cannot be undone because it has no undo side-car.</summary>
    public const string UndoMissing = "undo-missing";

    /// <summary>Undecided: the receipt's figures are not numbers that can be judged.</summary>
    public const string FidelityUnknown = "fidelity-unknown";

    /// <summary>Passed: no more rows were in the training set than the policy allows.</summary>
    public const string RowsUnseen = "rows-unseen";

    /// <summary>Failed: more rows were in the training set than the policy allows.</summary>
    public const string RowsInTraining = "rows-in-training";

    /// <summary>Undecided: the training digests are of no text, or of another training set than the policy pins.</summary>
    public const string EvidenceOfOtherTraining = "evidence-of-other-training";

    /// <summary>Undecided: the trials are of another plan or adapter, lack a method that the policy names, or say nothing.</summary>
    public const string EvidenceOfOtherTrial = "evidence-of-other-trial";

    /// <summary>Undecided: the plan that the policy pins, or an evaluation that the trials' figures of the base or of the adapter come from, is not at hand.</summary>
    public const string TrialSourcesMissing = "trial-sources-missing";

    /// <summary>Undecided: nobody in the role that the policy names has signed what the trials showed.</summary>
    public const string SignatureMissing = "signature-missing";

    /// <summary>Passed: the evidence is young enough.</summary>
    public const string Fresh = "fresh";

    /// <summary>Failed: the evidence is too old.</summary>
    public const string Stale = "stale";

    /// <summary>Failed: the evidence was made after the day of the decision.</summary>
    public const string FromTheFuture = "from-the-future";

    /// <summary>Passed: enough people approve.</summary>
    public const string QuorumReached = "quorum-reached";

    /// <summary>Failed: somebody whose word counts refuses.</summary>
    public const string ApprovalRefused = "approval-refused";

    /// <summary>Undecided: too few people have approved.</summary>
    public const string ApprovalsMissing = "approvals-missing";

    /// <summary>Undecided: authors may not approve, and nobody said who they are.</summary>
    public const string AuthorUnknown = "author-unknown";

    /// <summary>Waived: a signed waiver lifts the rule.</summary>
    public const string Waived = "waived";

    /// <summary>Undecided: nothing says who may approve.</summary>
    public const string TrustMissing = "trust-missing";

    /// <summary>Whether a decision of an earlier version may give one reason where this version gives another: what became of single weights was part of <see cref="UpdateLost"/>.</summary>
    internal static bool IsEarlierName(string earlier, string name) => (earlier, name) is (UpdateLost, WeightsHarmed);
}
