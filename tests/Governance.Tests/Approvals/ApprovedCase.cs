using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Policies;
using Loragate.Governance.Signing;
using Loragate.Governance.Tests.Deciding;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Approvals;

/// <summary>A decision that waits for people: what they sign is put in, and it is decided again.</summary>
internal sealed class ApprovedCase : IDisposable
{
    public static readonly DateTimeOffset Now = new(SampleEvidence.Day, new TimeOnly(9, 0), TimeSpan.Zero);

    private const string PolicyText = """
        schema: loragate.policy/1
        name: asks
        version: "1"
        description: Asks people.
        alpha: 0.05
        rules:
          - {id: sound, check: inspection, severity: block, why: why}
          - {id: people, check: approval, severity: block, why: why, roles: {reviewer: 2, risk-owner: 1}}
        """;

    private readonly List<FiledBundle> _approvals = [];

    public ApprovedCase() => Trust = People.Policy("gate-ci: gate | gate", "a: reviewer | a | a2", "b: reviewer | b", "c: risk-owner reviewer | c", "trainer: author reviewer | trainer");

    public TrustFolder People { get; } = new();

    public TrustPolicy Trust { get; set; }

    public Policy Policy { get; set; } = Tests.Policies.PolicyTests.Parse(PolicyText);

    public AdapterRevocation? Revocation { get; set; }

    public IReadOnlyList<string> Authors { get; set; } = ["trainer"];

    public Policy Changed(string old, string @new) => Tests.Policies.PolicyTests.Parse(PolicyText.Replace(old, @new, StringComparison.Ordinal));

    public Decision Decide(DateOnly? day = null, params Artifacts.Records.Inspecting.Finding[] findings) => DecisionMaker.Decide(
        Policy,
        new Evidence
        {
            Inspection = SampleEvidence.Inspection(findings),
            Receipt = SampleEvidence.Receipt(),
            Endorsements = new Endorsements { Trust = Trust, GateKey = People.Key("gate").Public.Hint, Authors = Authors, Approvals = _approvals },
            Revocation = Revocation,
        },
        day ?? SampleEvidence.Day);

    /// <summary>Somebody signs about what is decided now.</summary>
    public void Sign(string key, string role, ApprovalOutcome outcome = ApprovalOutcome.Approved, DateTimeOffset? at = null) =>
        Add(Approval.Of(Decide(), role, outcome, ""), key, at);

    public void Add(Approval approval, string key, DateTimeOffset? at = null)
    {
        var statement = approval.ToStatement(SampleEvidence.Inspection().Record.Adapter);
        Add(Attestation.Sign(statement, People.Signer(key)), EndorsementFiles.ApprovalFile(People.Key(key).Public.Hint, approval.Role, Digest.Of(statement.ToBytes())), at);
    }

    public void Add(byte[] bundle, string file = "approvals/0123456789ab-reviewer-0123456789ab.sigstore.json", DateTimeOffset? at = null) =>
        _approvals.Add(new FiledBundle(file, bundle, at ?? Now, IsLogged: at is not null));

    /// <summary>Somebody revokes a release of the adapter: the ledger has held everything here since before.</summary>
    public void Revoke()
    {
        for (var i = 0; i < _approvals.Count; i++)
            _approvals[i] = _approvals[i] with { IsBeforeRevocation = true };
    }

    public ApprovalState LastState()
    {
        var file = _approvals[^1].File;
        return Decide().Approvals!.Single(approval => approval.File == file).State;
    }

    public RuleResult Rule(Decision? decision = null) => (decision ?? Decide()).Rules.Single(rule => rule.Check == "approval");

    public void Dispose() => People.Dispose();
}
