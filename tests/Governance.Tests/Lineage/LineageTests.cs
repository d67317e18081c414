using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Approvals;
using Loragate.Governance.Ledger;
using Loragate.Governance.Ledger.Indexing;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Lineage;

public sealed class LineageTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly LedgerSubject Adapter = new("routing", Name("adapter"));
    private static readonly LedgerSubject Release = new(ReleaseLayout.EntrySubject, Name("release"));

    private readonly TestLedger _test = new();
    private readonly TrustFolder _people = new();

    public LineageTests()
    {
        var data = new DecisionData(Verdict.Approved, new LoggedIdentity("policy", "1", Name("policy")), null, null, new LoggedIdentity("trust", "2", Name("trust")));
        LedgerEvidence[] evidence = [new("loragate.decision/1", Name("decision")), new("loragate.merge-receipt/1", Name("receipt")), new("loragate.plan/1", Name("plan")), new(Approval.PredicateType, Name("approval"))];
        var release = new LedgerEntry(ReleaseLayout.EntryType, Start, [Adapter, Release], evidence, (data with { Release = 1 }).ToElement());
        var revocation = new Revocation(Release.Sha256, "Leaks.").ToEntry(release, new Signer(_people.Key("a")), Start);
        LedgerEntry[] entries =
        [
            new("training", Start, [Adapter], [new LedgerEvidence("application/jsonl", Name("training data"))], LedgerEntry.NoData),
            new(EndorsementEntry.Approval, Start, [new LedgerSubject(EndorsementEntry.Approval, Name("approval"))], [], LedgerEntry.NoData),
            new(PlanEntry.EntryType, Start, [Adapter, new LedgerSubject("plan.json", Name("plan"))], [], LedgerEntry.NoData),
            new(DecisionData.EntryType, Start, [Adapter, new LedgerSubject("decision.json", Name("decision"))], evidence, data.ToElement()),
            release,
            revocation,
            new(PlanEntry.EntryType, Start, [new LedgerSubject("other", Name("other adapter")), new LedgerSubject("plan.json", Name("plan"))], [], LedgerEntry.NoData),
            new(DecisionData.EntryType, Start, [new LedgerSubject("other", Name("other adapter")), new LedgerSubject("decision.json", Name("other decision"))], [new("loragate.decision/1", Name("other decision")), new("loragate.plan/1", Name("plan"))], data.ToElement()),
        ];
        _ = _test.Ledger.Append(entries, _test.Key, TestLedger.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void From_a_revocation_one_walks_back_to_the_training_data()
    {
        var graph = Trace(Assert.Single(Index().OfType(Revocation.EntryType)).Entry.Evidence[0].Sha256);
        Assert.Equal(
            [LineageKind.Adapter, LineageKind.Approval, LineageKind.Decision, LineageKind.Event, LineageKind.Evidence, LineageKind.Merge, LineageKind.Plan, LineageKind.Policy, LineageKind.Release, LineageKind.Revocation, LineageKind.TrustPolicy],
            graph.Nodes.Select(node => node.Kind).OrderBy(kind => kind.ToString(), StringComparer.Ordinal));
        Assert.Contains(graph.Nodes, node => node is { Kind: LineageKind.Event, Name: "training", Entry: 0 });
        Assert.Contains(graph.Nodes, node => node.Digest == Name("training data"));
    }

    [Fact]
    public void From_the_training_data_one_walks_forward_to_the_revocation_and_to_nobody_elses()
    {
        var graph = Trace(Name("training data"));
        Assert.Contains(graph.Nodes, node => node.Kind == LineageKind.Revocation);
        Assert.DoesNotContain(graph.Nodes, node => node.Digest == Name("other decision") || node.Kind == LineageKind.Policy);
    }

    [Fact]
    public void What_a_policy_decided_is_found_from_the_policy()
    {
        var decided = Trace(Name("policy")).Nodes.Where(node => node.Kind == LineageKind.Decision).Select(node => node.Digest);
        Assert.Equal(new[] { Name("decision"), Name("other decision") }.Order(), decided);
    }

    [Fact]
    public void A_name_a_digest_and_a_release_are_found_and_what_nobody_knows_is_not()
    {
        using var index = Index();
        var source = new LineageSource(index.Beginning, index.Mentioning, index.Named, new LineagePart([], []));
        Assert.Equal(new[] { Adapter.Sha256, Release.Sha256 }.Order(), source.Find("routing").Where(digest => digest != RevocationBundle()));
        Assert.Equal([Release.Sha256], source.Find("routing 1"));
        Assert.Equal([Name("receipt")], source.Find(Name("receipt").Hex));
        Assert.Equal([Name("receipt")], source.Find(Name("receipt").Abbreviated));
        Assert.Empty(source.Find(Name("receipt").Hex[..11]));
        Assert.Empty(source.Find("nobody"));
        Assert.Empty(source.Find(Name("nobody").Hex));
    }

    [Fact]
    public void Dossiers_add_what_the_ledger_does_not_say_and_only_what_their_decision_names()
    {
        var decision = new Decision(
            new PolicyIdentity("policy", "1", Name("policy")), new DateOnly(2026, 5, 1), new AdapterIdentity("routing", Adapter.Sha256, [new FileEntry("adapter_config.json", 1, Name("file"))]), null, [], Verdict.Approved, [],
            [new EvidenceLink("inspection.json", "loragate.inspection/1", Digest.Of("{}"u8)), new EvidenceLink("merge-receipt.json", "loragate.merge-receipt/1", Name("another file"))]);
        _test.Temp.Write("dossiers/one/decision.json", decision.ToCanonicalJson());
        _test.Temp.Write("dossiers/one/run.json", "{}"u8);
        _test.Temp.Write("dossiers/one/inspection.json", "{}"u8);
        _test.Temp.Write("dossiers/one/merge-receipt.json", "{}"u8);
        var part = DossierLineage.Read(_test.Temp.PathTo("dossiers"));
        Assert.Contains(new LineageEdge(Adapter.Sha256, Digest.Of("{}"u8), "inspected in"), part.Edges);
        Assert.DoesNotContain(part.Nodes, node => node.Kind == LineageKind.Merge);
        using var index = Index();
        Assert.Contains(new LineageSource(index.Beginning, index.Mentioning, index.Named, part).Trace([Adapter.Sha256]).Nodes, node => node.Digest == decision.ComputeDigest());
        Assert.Throws<FolderException>(() => DossierLineage.Read(_test.Temp.PathTo("nowhere")));
    }

    [Fact]
    public void A_training_leads_from_base_and_data_to_the_adapter_whose_judged_files_hold_its_receipt()
    {
        var receipt = Reports.ReportSamples.Trained;
        var decision = new Decision(
            new PolicyIdentity("policy", "1", Name("policy")), new DateOnly(2026, 5, 1), new AdapterIdentity("routing", Adapter.Sha256, [new FileEntry(TrainingReceipt.FileName, 1, receipt.ComputeDigest())]), null, [], Verdict.Approved, [], []);
        _test.Temp.Write("dossiers/one/decision.json", decision.ToCanonicalJson());
        _test.Temp.Write("dossiers/one/run.json", "{}"u8);
        _test.Temp.Write("dossiers/one/training-receipt.json", receipt.ToCanonicalJson());
        var part = DossierLineage.Read(_test.Temp.PathTo("dossiers"));
        Assert.Contains(new LineageEdge(receipt.Inputs.Base.WeightsDigest, receipt.ComputeDigest(), "trained in"), part.Edges);
        Assert.Equal(receipt.Inputs.Data.Count + 1, part.Edges.Count(edge => edge.To == receipt.ComputeDigest() && edge.Relation == "trained in"));
        Assert.Contains(new LineageEdge(receipt.Inputs.Validation[0].Sha256, receipt.ComputeDigest(), "validated in"), part.Edges);
        Assert.Contains(new LineageEdge(receipt.ComputeDigest(), Adapter.Sha256, "gave"), part.Edges);

        _test.Temp.Write("dossiers/one/training-receipt.json", (receipt with { SavedStep = 1 }).ToCanonicalJson());
        Assert.DoesNotContain(DossierLineage.Read(_test.Temp.PathTo("dossiers")).Nodes, node => node.Kind == LineageKind.Training);
    }

    [Fact]
    public void A_flowchart_draws_every_step_and_no_name_draws_anything_of_its_own()
    {
        var (from, to) = (Name("from"), Name("to"));
        var text = new LineageGraph([from], [new LineageNode(from, LineageKind.Adapter, "x\"] --> n9[\"<b>;#", null), new LineageNode(to, LineageKind.MergedModel, "日本", null)], [new LineageEdge(from, to, "gave")]).ToMermaid();
        Assert.StartsWith("flowchart LR\n    n0[\"adapter x#34;#93; --#62; n9#91;#34;#60;b#62;#59;#35; ", text, StringComparison.Ordinal);
        Assert.Contains("    n1[\"merged model #26085;#26412; ", text, StringComparison.Ordinal);
        Assert.Contains("    n0 -->|gave| n1\n    style n0 stroke-width:4px\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_used_instead_of_a_release_did_not_come_of_it()
    {
        var entry = new Rollback(Release.Sha256, new ReleaseTarget(Name("earlier")), "x").ToEntries(new LedgerEntry(ReleaseLayout.EntryType, Start, [Adapter, Release], [], LedgerEntry.NoData), new Signer(_people.Key("a")), Start)[1];
        var edges = EntryLineage.Of(new LoggedEvent(9, entry)).Edges;
        var rollback = entry.Evidence[0].Sha256;
        Assert.Equal([new LineageEdge(Release.Sha256, rollback, "rolled back by"), new LineageEdge(Name("earlier"), rollback, "used instead by")], edges);
    }

    [Fact]
    public void A_graph_is_a_record_that_is_read_back() =>
        Assert.Equal(Trace(Adapter.Sha256).ToCanonicalJson(), Artifacts.Records.Record.Parse<LineageGraph>(Trace(Adapter.Sha256).ToCanonicalJson(), "lineage").ToCanonicalJson());

    public void Dispose()
    {
        _people.Dispose();
        _test.Dispose();
    }

    private static Digest Name(string text) => Digest.Of(System.Text.Encoding.UTF8.GetBytes(text));

    private Digest RevocationBundle()
    {
        using var index = Index();
        return Assert.Single(index.OfType(Revocation.EntryType)).Entry.Evidence[0].Sha256;
    }

    private LedgerIndex Index() => LedgerIndex.Open(_test.Ledger, _test.Log, TestContext.Current.CancellationToken);

    private LineageGraph Trace(Digest start)
    {
        using var index = Index();
        return new LineageSource(index.Beginning, index.Mentioning, index.Named, new LineagePart([], [])).Trace([start]);
    }
}
