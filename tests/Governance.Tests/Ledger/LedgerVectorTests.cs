using System.Globalization;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Testing;

namespace Loragate.Governance.Ledger;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class LedgerVectorTests
{
    public static TheoryData<string, string> Cases => [.. TlogVectors.Rows("cases.json", "cases")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void The_verdict_on_a_ledger_is_the_expected_one(string id, string json)
    {
        using var document = JsonDocument.Parse(json);
        var item = document.RootElement;
        var result = Run(item);
        var expected = item.GetProperty("expected").GetString();
        Assert.Contains(expected, (string[])["valid", "invalid"]);
        Assert.True(result.IsValid == (expected == "valid"), $"{id} expected {expected}: {result.Fault}");
        Assert.Equal(result.IsValid, result.Fault is null);
        if (!result.IsValid)
            Assert.Contains(TlogCauses.Of("cases.json", id), result.Fault!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_entry_of_a_foreign_ledger_is_proved_from_its_tiles()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        var (ledger, log) = (LedgerFolder.Open(TlogVectors.PathTo("log-300")), TlogVectors.Key("keys/log.vkey"));
        var entries = ledger.ReadEntries(log, TestContext.Current.CancellationToken);
        for (var i = 0; i < entries.Count; i++)
            Assert.Equal(entries.Count, TlogProof.Parse(ledger.Prove(i, log).ToBytes(), "proof").Verify(entries[i].Span, log, "proof").Size);
    }

    [Fact]
    public void A_foreign_ledger_is_consistent_with_every_size_it_had()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        var (ledger, log) = (LedgerFolder.Open(TlogVectors.PathTo("log-300")), TlogVectors.Key("keys/log.vkey"));
        var now = ledger.ReadCheckpoint(log);
        var seen = History("log-300.history").Where(item => item.Size > 0 && item.Root is not null).ToList();
        Assert.NotEmpty(seen);
        Assert.All(seen, item => Assert.True(MerkleTree.VerifyConsistency(item.Size, item.Root!.Value, now.Size, now.Root, ledger.ProveConsistency(item.Size, log))));
    }

    private static LedgerVerification Run(JsonElement item)
    {
        var ledger = LedgerFolder.Open(TlogVectors.PathTo(item.GetProperty("dir").GetString()!));
        IReadOnlyList<SeenCheckpoint> history = item.TryGetProperty("history", out var file) ? History(file.GetString()!) : [];
        return ledger.Verify(TlogVectors.Key(item.GetProperty("vkey").GetString()!), history, TestContext.Current.CancellationToken);
    }

    private static List<SeenCheckpoint> History(string file) =>
        [.. File.ReadLines(TlogVectors.PathTo(file)).Select(line => line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(parts => parts.Length > 0).Select(Seen)];

    private static SeenCheckpoint Seen(string[] parts) =>
        new(long.Parse(parts[0], CultureInfo.InvariantCulture), parts.Length > 1 ? Digest.FromBytes(Convert.FromBase64String(parts[1])) : null);
}
