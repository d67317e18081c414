using System.Text;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Policies;
using Loragate.Governance.Signing;
using Loragate.Governance.Tests.Deciding;
using Loragate.Governance.Tests.Policies;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Approvals;

public sealed class WaiverTests : IDisposable
{
    private const string PolicyText = """
        schema: loragate.policy/1
        name: lifts
        version: "1"
        description: Lets one rule be lifted.
        alpha: 0.05
        rules:
          - {id: sound, check: inspection, severity: block, why: why}
          - {id: fresh, check: evidence-freshness, severity: block, why: why, maximumDays: 10}
          - {id: whole, check: merge-fidelity, severity: block, why: why, maximum: 0.5}
        waivers: {rules: [fresh], signers: 2, roles: [risk-owner], maximumDays: 30}
        """;

    private static readonly DateTimeOffset Now = ApprovedCase.Now;
    private static readonly AdapterIdentity Adapter = SampleEvidence.Inspection().Record.Adapter;
    private readonly TrustFolder _people = new();
    private readonly List<FiledBundle> _waivers = [];
    private readonly TrustPolicy _trust;
    private Policy _policy = PolicyTests.Parse(PolicyText);
    private readonly string[] _authors = ["trainer"];

    public WaiverTests() => _trust = _people.Policy(
        "gate-ci: gate | gate", "a: risk-owner | a | a2", "b: risk-owner | b", "old: risk-owner | old until=2026-01-01T00:00:00Z", "c: reviewer | c", "trainer: author risk-owner | trainer");

    private Waiver Plain => new("fresh", _policy.Digest, Adapter.Digest, "The suite runs next week.", SampleEvidence.Day.AddDays(-2), SampleEvidence.Day.AddDays(2));

    [Fact]
    public void Two_people_lift_a_rule_until_the_last_day()
    {
        Assert.Equal(Verdict.Rejected, Decide().Verdict);
        Sign(Plain, "a", "b");
        var decision = Decide();
        Assert.Equal(Verdict.Approved, decision.Verdict);
        var rule = decision.Rules.Single(result => result.Id == "fresh");
        Assert.Equal((Outcome.Waived, Reason.Waived), (rule.Outcome, rule.Reason));
        Assert.Contains("Waived until 2026-07-03 by a, b: The suite runs next week.", rule.Summary, StringComparison.Ordinal);
        Assert.Equal(2, decision.Evidence.Count(link => link.Schema == Waiver.PredicateType));
        Assert.Equal(Verdict.Approved, Decide(2).Verdict);
        Assert.Equal((Verdict.Rejected, WaiverState.Expired), (Decide(3).Verdict, State(3)));
        Assert.Equal(WaiverState.NotYet, State(-3));
    }

    [Fact]
    public void What_passes_is_not_waived()
    {
        Sign(Plain, "a", "b");
        Assert.Equal(Outcome.Passed, Decide(age: 1).Rules.Single(result => result.Id == "fresh").Outcome);
    }

    [Theory]
    [InlineData(WaiverState.TooFewSigners, "a")]
    [InlineData(WaiverState.TooFewSigners, "a", "a2")]
    [InlineData(WaiverState.TooFewSigners, "a", "gate")]
    [InlineData(WaiverState.TooFewSigners, "a", "c")]
    [InlineData(WaiverState.TooFewSigners, "a", "old")]
    [InlineData(WaiverState.TooFewSigners, "a", "stranger")]
    [InlineData(WaiverState.Author, "a", "b", "trainer")]
    [InlineData(WaiverState.Valid, "a", "b", "stranger")]
    public void Only_distinct_people_of_the_terms_count(WaiverState state, params string[] signers)
    {
        Sign(Plain, signers);
        Assert.Equal(state, State());
        Assert.Equal(state == WaiverState.Valid ? Verdict.Approved : Verdict.Rejected, Decide().Verdict);
    }

    [Fact]
    public void A_waiver_lifts_only_what_it_was_signed_for()
    {
        (Waiver, WaiverState)[] others =
        [
            (Plain with { Adapter = Digest.Of([1]) }, WaiverState.OtherAdapter),
            (Plain with { Policy = Digest.Of([1]) }, WaiverState.OtherPolicy),
            (Plain with { Rule = "whole" }, WaiverState.NotWaivable),
            (Plain with { Rule = "sound" }, WaiverState.NotWaivable),
            (Plain with { From = SampleEvidence.Day.AddDays(-20), Until = SampleEvidence.Day.AddDays(10) }, WaiverState.TooLong),
        ];
        foreach (var (waiver, state) in others)
        {
            _waivers.Clear();
            Sign(waiver, "a", "b");
            Assert.Equal(state, State());
            Assert.DoesNotContain(Decide().Rules, rule => rule.Outcome == Outcome.Waived);
        }
    }

    [Fact]
    public void Without_terms_no_waiver_is_accepted()
    {
        _policy = PolicyTests.Parse(PolicyText[..PolicyText.IndexOf("waivers:", StringComparison.Ordinal)]);
        Sign(Plain, "a", "b");
        Assert.Equal(WaiverState.NotWaivable, State());
    }

    [Fact]
    public void Two_signatures_under_different_words_are_two_waivers()
    {
        Sign(Plain, "a");
        Sign(Plain with { Reason = "Another reason." }, "b");
        Assert.All(Decide().Waivers!, waiver => Assert.Equal(WaiverState.TooFewSigners, waiver.State));
        Assert.Equal(2, Decide().Waivers!.Count);
    }

    [Fact]
    public void A_bundle_of_nonsense_is_told_and_lifts_nothing()
    {
        Sign(Plain with { Until = SampleEvidence.Day.AddDays(-9) }, "a");
        _waivers.Add(new FiledBundle("waivers/x", "{}"u8.ToArray(), Now, IsLogged: false));
        Assert.All(Decide().Waivers!, waiver => Assert.Equal(WaiverState.Malformed, waiver.State));
    }

    [Fact]
    public void A_waiver_is_part_of_what_people_approve()
    {
        var before = ApprovalBasis.Of(Decide()).ComputeDigest();
        Sign(Plain, "a");
        Assert.Equal(before, ApprovalBasis.Of(Decide()).ComputeDigest());
        Sign(Plain, "b");
        Assert.NotEqual(before, ApprovalBasis.Of(Decide()).ComputeDigest());
        Assert.Equal(before, ApprovalBasis.Of(Decide(3)).ComputeDigest());
    }

    public static TheoryData<string, string> Mistakes => new()
    {
        { "rules: [fresh]", "rules: [sound]" },
        { "rules: [fresh]", "rules: [nothing]" },
        { "rules: [fresh]", "rules: []" },
        { "signers: 2", "signers: 1" },
        { "roles: [risk-owner]", "roles: [gate]" },
        { "roles: [risk-owner]", "roles: []" },
        { "maximumDays: 30}", "maximumDays: 400}" },
        { "maximumDays: 30}", "maximumDays: 30, forever: true}" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void Terms_that_are_too_broad_are_refused(string original, string mistake)
    {
        Assert.Contains(original, PolicyText, StringComparison.Ordinal);
        Assert.Throws<PolicyException>(() => PolicyTests.Parse(PolicyText.Replace(original, mistake, StringComparison.Ordinal)));
    }

    [Fact]
    public void The_predicate_of_the_format_page_is_what_is_written()
    {
        var example = FormatPage.Example("approvals.v1.md", "json waiver").TrimEnd();
        var waiver = Waiver.Read(new Statement([new Subject("a", Digest.Of([1]))], Waiver.PredicateType, JsonDocument.Parse(example).RootElement), "page");
        Assert.Equal(example, Encoding.UTF8.GetString(RecordJson.Canonical(waiver.ToStatement(Adapter).Predicate)));
    }

    public void Dispose() => _people.Dispose();

    private Decision Decide(int later = 0, int age = 20) => DecisionMaker.Decide(
        _policy,
        new Evidence
        {
            Inspection = SampleEvidence.Inspection(),
            Receipt = SampleEvidence.Receipt(),
            Run = SampleEvidence.Run(age),
            Endorsements = new Endorsements { Trust = _trust, GateKey = _people.Key("gate").Public.Hint, Authors = _authors, Waivers = _waivers },
        },
        SampleEvidence.Day.AddDays(later));

    private WaiverState State(int later = 0) => Assert.Single(Decide(later).Waivers!).State;

    private void Sign(Waiver waiver, params string[] signers)
    {
        var statement = waiver.ToStatement(Adapter);
        foreach (var signer in signers)
            _waivers.Add(new FiledBundle(EndorsementFiles.WaiverFile(Digest.Of(statement.ToBytes()), _people.Key(signer).Public.Hint), Attestation.Sign(statement, _people.Signer(signer)), Now, IsLogged: false));
    }
}
