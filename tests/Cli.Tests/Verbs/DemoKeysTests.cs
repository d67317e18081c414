using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>A demo that was killed while it made its keys and ledger is finished by the next one.</summary>
public sealed class DemoKeysTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Key => _temp.PathTo("keys", "gate.pem");

    private string LedgerKeyFile => _temp.PathTo("keys", "ledger.pem");

    private string Ledger => _temp.PathTo("ledger");

    [Fact]
    public void A_second_preparation_changes_nothing()
    {
        Prepare();
        var before = Files.Digests(_temp.Path);
        Prepare();
        Assert.Equal(before, Files.Digests(_temp.Path));
    }

    [Theory]
    [InlineData("keys/gate.pem.pub")]
    [InlineData("keys/ledger.pem.pub")]
    [InlineData("keys/ledger.vkey")]
    public void A_public_file_that_was_not_written_yet_is_written_from_its_key(string file)
    {
        Prepare();
        var before = Files.Digests(_temp.Path);
        File.Delete(_temp.PathTo(file));
        Prepare();
        Assert.Equal(before, Files.Digests(_temp.Path));
    }

    [Theory]
    [InlineData("keys/gate.pem", "")]
    [InlineData("keys/gate.pem", "-----BEGIN PRIVATE KEY-----\nMIGH")]
    [InlineData("keys/ledger.pem", "")]
    [InlineData("keys/gate.pem.new", "-----BEGIN PRIVATE KEY-----\nMIGH")]
    [InlineData("keys/ledger.pem.new", "")]
    public void A_key_that_was_cut_short_is_made_anew(string file, string content)
    {
        _temp.Write(file, System.Text.Encoding.ASCII.GetBytes(content));
        PrepareAndCheck();
    }

    [Theory]
    [InlineData("")]
    [InlineData(".state/")]
    [InlineData(".state/lock")]
    [InlineData(".state/new")]
    public void A_ledger_that_was_begun_is_started(string planted)
    {
        Directory.CreateDirectory(Ledger);
        if (planted.EndsWith('/'))
            Directory.CreateDirectory(Path.Combine(Ledger, planted));
        else if (planted.Length > 0)
            _temp.Write($"ledger/{planted}", "half a checkpoint"u8);
        PrepareAndCheck();
    }

    [Fact]
    public void Every_file_that_a_killed_preparation_can_have_left_is_a_place_to_go_on_from()
    {
        Prepare();
        var files = Files.Of(_temp.Path).Where(f => !f.Contains("/.", StringComparison.Ordinal)).ToList();
        Assert.Contains("ledger/checkpoint", files);
        string[] order = ["keys/gate.pem", "keys/ledger.pem", "keys/gate.pem.pub", "keys/ledger.pem.pub", "keys/ledger.vkey", "ledger/checkpoint"];
        Assert.Equal(order.Order(StringComparer.Ordinal), files);
        for (var kept = 0; kept < order.Length; kept++)
        {
            foreach (var file in order.Skip(kept).Where(f => File.Exists(_temp.PathTo(f))))
                File.Delete(_temp.PathTo(file));
            PrepareAndCheck();
        }
    }

    [Fact]
    public void A_ledger_with_something_else_in_it_is_never_started_over()
    {
        _temp.Write("ledger/tile/0/000.p/1", "an entry whose checkpoint is gone"u8);
        Assert.Throws<LedgerException>(Prepare);
        Assert.Equal("an entry whose checkpoint is gone", File.ReadAllText(_temp.PathTo("ledger", "tile", "0", "000.p", "1")));
    }

    public void Dispose() => _temp.Dispose();

    private void Prepare() => DemoKeys.Prepare(Key, LedgerKeyFile, Ledger);

    private void PrepareAndCheck()
    {
        Prepare();
        using var key = SigningKey.Read(Key);
        Assert.Equal(key.Public.Pem, File.ReadAllText(Key + ".pub"));
        using var ledgerKey = LedgerKey.Read(LedgerKeyFile);
        Assert.Equal(ledgerKey.PublicPem, File.ReadAllText(LedgerKeyFile + ".pub"));
        var ledger = LedgerFolder.Open(Ledger);
        var verifier = ledgerKey.VerifierFor(ledger.ReadOrigin());
        Assert.Equal($"{verifier}\n", File.ReadAllText(_temp.PathTo("keys", "ledger.vkey")));
        Assert.Null(ledger.Verify(verifier, [], TestContext.Current.CancellationToken).Fault);
        Assert.Empty(Directory.EnumerateFiles(_temp.PathTo("keys"), "*.new"));
    }
}
