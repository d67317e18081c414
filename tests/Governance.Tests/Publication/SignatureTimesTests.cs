using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Timestamps;
using Loragate.Governance.Tests.Deciding;
using Loragate.Testing;

namespace Loragate.Governance.Publication;

public sealed class SignatureTimesTests : IDisposable
{
    private const string Dossier = "dossier";

    private readonly ApprovedCase _case = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bundle_is_dated_by_its_own_time_stamp_and_never_by_that_of_another_in_the_same_entry(bool stampedFirst)
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using var authority = new Authority();
        _case.People.Temp.Write("tsa.pem", Encoding.ASCII.GetBytes(authority.RootsPem));
        var trust = _case.People.Read(_case.People.Text("gate-ci: gate | gate", "a: reviewer | a", "b: reviewer | b") + "timestampRoots: [tsa.pem]\n");
        var signed = Sign("b");
        var (bare, stamped) = (Put("a", Sign("a")), Put("b", BundleStamp.Add(signed, authority.Reply(BundleStamp.Request(signed, "approval")), "approval")));

        var logged = DateTimeOffset.UtcNow.AddDays(2);
        Digest[] bundles = stampedFirst ? [stamped, bare] : [bare, stamped];
        var entry = new LedgerEntry(EndorsementEntry.Approval, logged, [.. bundles.Select(bundle => new LedgerSubject(EndorsementEntry.Approval, bundle))], [], LedgerEntry.NoData);
        var times = SignatureTimes.Of(LedgerHistory.Of([entry.ToCanonicalJson()]), [_case.People.Temp.PathTo(Dossier)], trust);
        Assert.Equal(entry.Time, times.Of(EndorsementEntry.Approval, bare));
        Assert.InRange(times.Of(EndorsementEntry.Approval, stamped)!.Value, logged.AddDays(-3), logged.AddDays(-1));
        Assert.Null(times.Of(EndorsementEntry.Approval, Digest.Of([1])));
    }

    public void Dispose() => _case.Dispose();

    private byte[] Sign(string key) =>
        Attestation.Sign(Approval.Of(_case.Decide(), "reviewer", ApprovalOutcome.Approved, "").ToStatement(SampleEvidence.Inspection().Record.Adapter), _case.People.Signer(key));

    private Digest Put(string key, byte[] bundle)
    {
        _case.People.Temp.Write($"{Dossier}/{EndorsementFiles.ApprovalFile(_case.People.Key(key).Public.Hint, "reviewer", Digest.Of(bundle))}", bundle);
        return Digest.Of(bundle);
    }
}
