using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Ledger;

/// <summary>A ledger in a temporary folder, with its key beside it.</summary>
internal sealed class TestLedger : IDisposable
{
    public const string Origin = "example.org/ledger";

    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempFolder _temp = new();

    public TestLedger()
    {
        KeyFile.New(_temp.PathTo("ledger.key"), KeyType.Ed25519);
        Key = LedgerKey.Read(_temp.PathTo("ledger.key"));
        Ledger = LedgerFolder.Init(_temp.PathTo("ledger"), Origin, Key);
    }

    public LedgerKey Key { get; }

    public LedgerFolder Ledger { get; }

    public LedgerVerifier Log => Key.VerifierFor(Origin);

    public TempFolder Temp => _temp;

    public static LedgerEntry Entry(int number, int day = 1) => new(
        "decision",
        new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero),
        [new LedgerSubject("adapter", Digest.Of(BitConverter.GetBytes(number)))],
        [new LedgerEvidence("loragate.decision/1", Digest.Of([1, 2, 3]))],
        JsonSerializer.SerializeToElement(new JsonObject { ["number"] = number }));

    public AppendedEntries Append(params IEnumerable<int> numbers) =>
        Ledger.Append([.. numbers.Select(number => Entry(number))], Key, Patience, TestContext.Current.CancellationToken);

    public LedgerVerification Verify(params IReadOnlyList<SeenCheckpoint> history) =>
        LedgerFolder.Open(Ledger.Path).Verify(Log, history, TestContext.Current.CancellationToken);

    /// <summary>Path and content of every file but the lock.</summary>
    public IReadOnlyDictionary<string, byte[]> Files() => Directory
        .EnumerateFiles(Ledger.Path, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Ledger.Path, path))
        .Where(path => !path.StartsWith(".state", StringComparison.Ordinal))
        .ToDictionary(path => path, path => File.ReadAllBytes(Path.Combine(Ledger.Path, path)));

    public void Dispose()
    {
        Key.Dispose();
        _temp.Dispose();
    }
}
