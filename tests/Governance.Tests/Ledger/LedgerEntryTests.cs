using System.Text;
using System.Text.Json;
using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

public sealed class LedgerEntryTests
{
    [Fact]
    public void An_entry_is_read_back_as_it_was_written()
    {
        var bytes = TestLedger.Entry(7).ToCanonicalJson();
        Assert.Equal(bytes, LedgerEntry.Parse(bytes, "entry").ToCanonicalJson());
    }

    [Fact]
    public void Time_is_kept_in_UTC_to_the_second()
    {
        var entry = new LedgerEntry("decision", new DateTimeOffset(2026, 1, 1, 9, 0, 0, 123, TimeSpan.FromHours(9)), [new("a", Digest.Of([]))], [], LedgerEntry.NoData);
        Assert.Contains("\"time\":\"2026-01-01T00:00:00+00:00\"", Encoding.UTF8.GetString(entry.ToCanonicalJson()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_idempotency_key_depends_on_everything_but_the_time()
    {
        var entry = TestLedger.Entry(1);
        Assert.Equal(entry.ComputeIdempotencyKey(), TestLedger.Entry(1, day: 20).ComputeIdempotencyKey());
        LedgerEntry[] others =
        [
            TestLedger.Entry(2),
            entry with { Type = "release" },
            entry with { Subjects = [] },
            entry with { Evidence = [] },
            entry with { Data = LedgerEntry.NoData },
        ];
        Assert.All(others, other => Assert.NotEqual(entry.ComputeIdempotencyKey(), other.ComputeIdempotencyKey()));
    }

    [Theory]
    [InlineData("\"type\":\"decision\"", "\"type\":\"\"")]
    [InlineData("\"type\":\"decision\"", "\"type\":\"De cision\"")]
    [InlineData("\"name\":\"adapter\"", "\"name\":\"\"")]
    [InlineData("\"data\":{\"number\":1}", "\"data\":[1]")]
    [InlineData("\"data\":{\"number\":1}", "\"data\":null")]
    [InlineData("\"data\":{\"number\":1}", "\"data\":{\"number\":1},\"data2\":1")]
    [InlineData("\"data\":{\"number\":1}", "\"data\":{\"number\":1,\"number\":1}")]
    [InlineData("\"data\":{\"number\":1}", "\"data\":{\"number\":1,\"\\u006eumber\":1}")]
    [InlineData("\"data\":{\"number\":1}", "\"data\":{\"number\":1e999}")]
    [InlineData("\"data\":{\"number\":1}", "\"data\":{\"number\":\"\\ud800\"}")]
    [InlineData("loragate.ledger-entry/1", "loragate.ledger-entry/2")]
    [InlineData("T00:00:00+00:00", "T09:00:00+09:00")]
    [InlineData("T00:00:00+00:00", "T00:00:00.5+00:00")]
    [InlineData("{\"data\"", "{ \"data\"")]
    public void An_entry_in_another_form_is_refused(string old, string replacement)
    {
        var text = Encoding.UTF8.GetString(TestLedger.Entry(1).ToCanonicalJson());
        Assert.Contains(old, text, StringComparison.Ordinal);
        var changed = Encoding.UTF8.GetBytes(text.Replace(old, replacement, StringComparison.Ordinal));
        Assert.ThrowsAny<MalformedInputException>(() => LedgerEntry.Parse(changed, "entry"));
        Assert.False(LedgerEntry.TryParse(changed, out _));
    }

    [Fact]
    public void Subjects_are_demanded_of_the_writer()
    {
        using var test = new TestLedger();
        Assert.Throws<ArgumentException>(() => test.Ledger.Append([TestLedger.Entry(0) with { Subjects = [] }], test.Key, TestLedger.Patience, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => test.Ledger.Append([TestLedger.Entry(0) with { Data = JsonSerializer.SerializeToElement(1) }], test.Key, TestLedger.Patience, TestContext.Current.CancellationToken));
        Assert.Throws<ArgumentException>(() => test.Ledger.Append([], test.Key, TestLedger.Patience, TestContext.Current.CancellationToken));
    }
}
