using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Governance.Ledger;
using Loragate.Testing;

namespace Loragate.Governance.Reports.Sections;

/// <summary>A ledger of decisions, and a folder with one of them and its proof, as an auditor takes them out of a report.</summary>
internal sealed class LoggedDecisions : IDisposable
{
    private readonly TestLedger _ledger = new();
    private readonly TempFolder _evidence = new();
    private int _size;

    public LoggedDecisions() => Assert.SkipUnless(new[] { "jq", "openssl", "base64", "sha256sum" }.All(Shell.Has), "jq, openssl and coreutils are not all installed.");

    /// <summary>The proof that lies in the folder.</summary>
    public TlogProof Proof => TlogProof.Read(_evidence.PathTo("decision.tlog-proof"), "proof");

    /// <summary>The entry of a decision by its number.</summary>
    public static LedgerEntry EntryOf(int number, string verdict = "approved") => new(
        "decision",
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        [new LedgerSubject("adapter", Digest.Of([0])), new LedgerSubject("decision.json", Digest.Of(Decision(number)))],
        [],
        JsonSerializer.SerializeToElement(new JsonObject { ["verdict"] = verdict }));

    /// <summary>Appends decisions until there are so many entries.</summary>
    public void GrowTo(int size)
    {
        for (; _size < size; _size++)
            Append(EntryOf(_size));
    }

    /// <summary>Lays a decision into the folder, with the proof of the entry at an index.</summary>
    /// <returns>Where that entry stands, as a report says it.</returns>
    public LedgerPosition Place(long index, int of)
    {
        var proof = _ledger.Ledger.Prove(index, _ledger.Log, out var entry);
        _evidence.Write("decision.json", Decision(of));
        Write(proof with { Extra = entry });
        var checkpoint = Encoding.UTF8.GetString(proof.Checkpoint.Span).Split('\n');
        return new LedgerPosition(checkpoint[0], index, long.Parse(checkpoint[1], CultureInfo.InvariantCulture), checkpoint[2], "any", Digest.Of(entry.Span));
    }

    /// <summary>Logs the file of a decision as something else, and lays that proof beside it.</summary>
    public LedgerPosition PlaceOther(int of)
    {
        Append(EntryOf(of) with { Type = "note" });
        return Place(_size++, of);
    }

    /// <summary>Runs the printed command.</summary>
    public ShellResult Check(LedgerPosition shown) => Shell.Run("sh", _evidence.Path, "-c", VerificationCommands.Inclusion(shown));

    /// <summary>Runs the printed command on another proof.</summary>
    public ShellResult Check(LedgerPosition shown, TlogProof proof)
    {
        Write(proof);
        return Check(shown);
    }

    /// <summary>Asks that the command end with an error and without its last word, each time.</summary>
    public static void RefusesAll(params IEnumerable<(string What, Func<ShellResult> Run)> cases) => Assert.All(cases, each =>
    {
        var shown = each.Run();
        Assert.True(shown.ExitCode != 0 && !shown.Output.Contains("ENTRY OK", StringComparison.Ordinal), $"{each.What}: {shown.Output}");
    });

    public void Dispose()
    {
        _evidence.Dispose();
        _ledger.Dispose();
    }

    private static byte[] Decision(int number) => [.. "decision "u8, (byte)('0' + number)];

    private void Append(LedgerEntry entry) => _ledger.Ledger.Append([entry], _ledger.Key, TestLedger.Patience, TestContext.Current.CancellationToken);

    private void Write(TlogProof proof) => _evidence.Write("decision.tlog-proof", proof.ToBytes());
}
