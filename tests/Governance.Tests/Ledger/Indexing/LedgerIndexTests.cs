using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Microsoft.Data.Sqlite;

namespace Loragate.Governance.Ledger.Indexing;

public sealed class LedgerIndexTests : IDisposable
{
    private readonly TestLedger _test = new();

    private string Database => Path.Combine(_test.Ledger.Path, ".state", "index.db");

    [Fact]
    public void Entries_are_found_by_every_digest_in_them_by_their_subjects_names_and_by_type()
    {
        var inside = Digest.Of("deep inside"u8);
        _test.Append(Enumerable.Range(0, 300));
        _ = _test.Ledger.Append([TestLedger.Entry(999) with { Type = "note", Subjects = [new LedgerSubject("routing", Digest.Of([7]))], Data = JsonSerializer.SerializeToElement(new JsonObject { ["a"] = new JsonArray(new JsonObject { ["b"] = inside.Hex }) }) }], _test.Key, TestLedger.Patience, TestContext.Current.CancellationToken);
        using var index = Open();
        Assert.Equal([17L], index.Mentioning(TestLedger.Entry(17).Subjects[0].Sha256).Select(logged => logged.Index));
        Assert.Equal(301, index.Mentioning(TestLedger.Entry(0).Evidence[0].Sha256).Count);
        Assert.Equal([300L], index.Mentioning(inside).Select(logged => logged.Index));
        Assert.Equal([300L], index.Named("routing").Select(logged => logged.Index));
        Assert.Equal(300, index.OfType("decision").Count);
        Assert.Equal([inside], index.Beginning(inside.Abbreviated));
        Assert.Equal([inside], index.Beginning(inside.Hex[..63]));
        Assert.Empty(index.Beginning("000000000000"));
        Assert.Throws<ArgumentException>(() => index.Beginning(inside.Hex[..11]));
        Assert.Empty(index.Named("rout"));
        Assert.Empty(index.Mentioning(Digest.Of("nothing"u8)));
    }

    [Fact]
    public void An_index_that_is_missing_behind_or_no_database_is_made_anew()
    {
        _test.Append(1);
        Open().Dispose();
        Assert.True(File.Exists(Database));
        _test.Append(2);
        using (var index = Open())
            Assert.Equal(2, index.OfType("decision").Count);
        File.WriteAllText(Database, "no database at all, but long enough that somebody might read a header from it: " + new string('x', 4096));
        using (var index = Open())
            Assert.Equal(2, index.OfType("decision").Count);
        using (var again = new SqliteConnection($"Data Source={Database};Pooling=False"))
            again.Open();
        Assert.True(_test.Verify() is { IsValid: true, Warnings: [] });
    }

    [Fact]
    public void An_index_of_another_ledger_is_not_believed()
    {
        using var other = new TestLedger();
        other.Append(5);
        LedgerIndex.Open(other.Ledger, other.Log, TestContext.Current.CancellationToken).Dispose();
        _test.Append(1);
        Directory.CreateDirectory(Path.GetDirectoryName(Database)!);
        File.Copy(Path.Combine(other.Ledger.Path, ".state", "index.db"), Database, overwrite: true);
        using var index = Open();
        Assert.Equal([0L], index.Mentioning(TestLedger.Entry(1).Subjects[0].Sha256).Select(logged => logged.Index));
    }

    [Fact]
    public void What_an_index_claims_is_held_against_the_ledger()
    {
        _test.Append(1, 2);
        Open().Dispose();
        var asked = TestLedger.Entry(1).Subjects[0].Sha256;
        Tamper($"INSERT INTO mention VALUES ('{asked.Hex}', 1), ('{asked.Hex}', 77), ('{asked.Hex}', -1), ('{asked.Hex}', 'x')");
        using var index = Open();
        Assert.Equal([0L], index.Mentioning(asked).Select(logged => logged.Index));
    }

    [Fact]
    public void An_index_with_a_view_of_somebody_elses_or_with_damaged_pages_is_made_anew()
    {
        _test.Append(Enumerable.Range(0, 600));
        Open().Dispose();
        Tamper("ALTER TABLE mention RENAME TO hidden; CREATE VIEW mention AS SELECT key, entry FROM hidden WHERE entry > 2");
        using (var index = Open())
            Assert.Equal([1L], index.Mentioning(TestLedger.Entry(1).Subjects[0].Sha256).Select(logged => logged.Index));
        var bytes = File.ReadAllBytes(Database);
        bytes.AsSpan(3 * 4096).Fill(0xff);
        File.WriteAllBytes(Database, bytes);
        using (var index = Open())
            Assert.Equal(600, index.OfType("decision").Count);
    }

    [Fact]
    public void An_entry_that_was_changed_under_the_index_is_told()
    {
        _test.Append(1, 2);
        Open().Dispose();
        var path = Path.Combine(_test.Ledger.Path, "tile", "entries", "000.p", "2");
        var bytes = File.ReadAllBytes(path);
        bytes[40] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var index = Open();
        Assert.Throws<IntegrityException>(() => index.Mentioning(TestLedger.Entry(1).Subjects[0].Sha256));
    }

    [Fact]
    public void Where_nothing_can_be_written_the_index_lives_in_memory()
    {
        _test.Append(1, 2);
        Directory.Delete(Path.Combine(_test.Ledger.Path, ".state"), recursive: true);
        File.WriteAllText(Path.Combine(_test.Ledger.Path, ".state"), "in the way");
        using var index = Open();
        Assert.Equal(2, index.OfType("decision").Count);
    }

    public void Dispose() => _test.Dispose();

    private LedgerIndex Open() => LedgerIndex.Open(_test.Ledger, _test.Log, TestContext.Current.CancellationToken);

    private void Tamper(string sql)
    {
        using var database = new SqliteConnection($"Data Source={Database};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
