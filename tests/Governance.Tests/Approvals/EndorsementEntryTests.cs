using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Ledger;

namespace Loragate.Governance.Approvals;

public sealed class EndorsementEntryTests
{
    private static readonly Digest Bundle = Digest.Of([1]);

    [Theory]
    [InlineData(EndorsementEntry.Approval)]
    [InlineData(EndorsementEntry.Waiver)]
    public void An_entry_says_what_its_bundle_says_only_where_it_is_about_that_bundle_alone(string type)
    {
        var said = Entry(type, Bundle);
        Assert.True(EndorsementEntry.Says(Entry(type, Bundle), said));
        Assert.False(EndorsementEntry.Says(Entry(type, Digest.Of([2])), said));
        Assert.False(EndorsementEntry.Says(Entry(type, Digest.Of([2]), Bundle), said));
        Assert.False(EndorsementEntry.Says(Entry(type, Bundle, Digest.Of([2])), said));
        Assert.False(EndorsementEntry.Says(Entry(type, Bundle, Digest.Of([2])), Entry(type, Bundle, Digest.Of([2]))));
        Assert.False(EndorsementEntry.Says(said with { Data = LedgerEntry.NoData }, said));
    }

    [Fact]
    public void An_entry_refuses_in_the_role_that_it_names_and_only_where_it_is_about_one_bundle()
    {
        Assert.Equal("reviewer", EndorsementEntry.RefusedIn(Entry(EndorsementEntry.Approval, Bundle)));
        Assert.Null(EndorsementEntry.RefusedIn(Entry(EndorsementEntry.Approval, Bundle, Digest.Of([2]))));
        Assert.Null(EndorsementEntry.RefusedIn(Entry(EndorsementEntry.Waiver, Bundle)));
        Assert.Null(EndorsementEntry.RefusedIn(Entry(EndorsementEntry.Approval, Bundle) with { Data = Data(ApprovalOutcome.Approved) }));
    }

    private static LedgerEntry Entry(string type, params Digest[] bundles) => new(
        type,
        new DateTimeOffset(2026, 7, 1, 9, 0, 0, TimeSpan.Zero),
        [.. bundles.Select(bundle => new LedgerSubject(type, bundle))],
        [],
        type == EndorsementEntry.Approval
            ? Data(ApprovalOutcome.Refused)
            : JsonSerializer.SerializeToElement(new WaiverData(new DateOnly(2026, 7, 1), Digest.Of([3]), Digest.Of([4]), "fresh", new DateOnly(2026, 7, 2), Digest.Of([5])), RecordJson.Options));

    private static JsonElement Data(ApprovalOutcome outcome) =>
        JsonSerializer.SerializeToElement(new ApprovalData(Digest.Of([3]), Digest.Of([4]), outcome, Digest.Of([5]), "reviewer", Digest.Of([6])), RecordJson.Options);
}
