using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.EvalHarness.Tasks;
using Loragate.Governance.Policies;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verifying;

/// <summary>What a verifier has of his own and expects a verdict to be about: a signature tells who judged, not that he judged this by that.</summary>
/// <param name="Adapter">The adapter's folder, or null.</param>
/// <param name="Policy">The policy's file, or null.</param>
/// <param name="DataRoot">The folder that data files of tasks are relative to, or null; goes with a policy.</param>
internal sealed record ExpectedInputs(string? Adapter, string? Policy, string? DataRoot)
{
    public bool AreNone => Adapter is null && Policy is null;

    /// <summary>Every input that is another than the judged one.</summary>
    public IEnumerable<VerificationFinding> Compare(Judgement judgement, CancellationToken cancellationToken)
    {
        if (Adapter is not null && FolderManifest.Read(Adapter, cancellationToken).Digest is var adapter && adapter != judgement.AdapterDigest)
            yield return Other(Adapter, adapter, judgement.AdapterDigest);
        if (Policy is null)
            yield break;
        var policy = Governance.Policies.Policy.ReadFile(Policy);
        if (policy.Digest != judgement.Policy.Digest)
        {
            yield return Other(Policy, policy.Digest, judgement.Policy.Digest);
            yield break;
        }
        foreach (var finding in judgement.Tasks.SelectMany(measured => Compare(policy, measured)))
            yield return finding;
    }

    /// <summary>What holds once nothing differs, and what was not compared.</summary>
    public (IReadOnlyList<string> Proved, IReadOnlyList<string> NotProved) Describe(Judgement judgement)
    {
        List<(bool Compared, string Same, string Open)> all =
        [
            (Adapter is not null, $"the judged adapter is {Adapter}", "that the adapter is the one that you mean. Compare its SHA-256, or give --adapter FOLDER"),
            (Policy is not null, $"the policy and its task files are {Policy}", "that the policy is one that you accept. Compare its SHA-256, or give --policy FILE"),
        ];
        if (judgement.Tasks.Count > 0)
            all.Add((DataRoot is not null, $"the data is that of {DataRoot}", "that the data is what you expect. Compare the SHA-256 of each, or give --policy FILE and --data DIR"));
        return ([.. all.Where(one => one.Compared).Select(one => one.Same)], [.. all.Where(one => !one.Compared).Select(one => one.Open)]);
    }

    private IEnumerable<VerificationFinding> Compare(Policy policy, MeasuredTask measured)
    {
        if (!policy.Tasks.TryGetValue(measured.Name, out var planned))
        {
            yield return new VerificationFinding(SignatureFault.OtherSubject, Policy!, $"the policy has no task '{measured.Name}', which was measured");
            yield break;
        }
        var task = EvaluationTask.Load(policy.PathOf(measured.Name));
        if (task.TaskDigest != measured.TaskDigest)
            yield return Other(policy.PathOf(measured.Name), task.TaskDigest, measured.TaskDigest);
        if (DataRoot is not null && task.Read(DataRoot, planned.Limit).Digest is var data && data != measured.DataDigest)
            yield return Other($"the data of '{measured.Name}'", data, measured.DataDigest);
    }

    private static VerificationFinding Other(string place, Digest found, Digest judged) =>
        new(SignatureFault.OtherSubject, place, $"SHA-256 is {found}, judged was {judged}");
}
