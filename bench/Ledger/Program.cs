using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;

// bench-ledger [FOLDER] [ENTRIES] [BATCH]: entries in batches, single appends on top, verification, one proof.
CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var folder = Path.GetFullPath(args.Length > 0 ? args[0] : Path.Combine(Path.GetTempPath(), "bench-ledger"));
var entries = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000;
var batch = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 1_000;
const int Singles = 20;

Directory.CreateDirectory(folder);
KeyFile.New(Path.Combine(folder, "ledger.pem"), KeyType.Ed25519);
using var key = LedgerKey.Read(Path.Combine(folder, "ledger.pem"));
var ledger = LedgerFolder.Init(Path.Combine(folder, "ledger"), "loragate.example/bench", key);
var log = key.VerifierFor("loragate.example/bench");
File.WriteAllText(Path.Combine(folder, "ledger.vkey"), $"{log}\n");

var clock = Stopwatch.StartNew();
for (var first = 0; first < entries; first += batch)
    ledger.Append([.. Enumerable.Range(first, Math.Min(batch, entries - first)).Select(Entry)], key, TimeSpan.FromMinutes(1));
Console.WriteLine($"{entries} entries of {Entry(0).ToCanonicalJson().Length} bytes in batches of {batch}: {clock.Elapsed.TotalSeconds:0.0} s, {entries / clock.Elapsed.TotalSeconds:0} entries a second");

clock.Restart();
for (var i = 0; i < Singles; i++)
    ledger.Append([Entry(entries + i)], key, TimeSpan.FromMinutes(1));
Console.WriteLine($"one entry more, {entries} being there: {clock.Elapsed.TotalMilliseconds / Singles:0} ms");

clock.Restart();
var verification = ledger.Verify(log, []);
Console.WriteLine($"verify: {(verification.IsValid ? "holds" : verification.Fault)}, {clock.Elapsed.TotalSeconds:0.00} s");

clock.Restart();
_ = ledger.Prove(entries / 2, log);
Console.WriteLine($"prove one entry: {clock.Elapsed.TotalMilliseconds:0.0} ms");
Console.WriteLine($"peak memory: {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
return verification.IsValid ? 0 : 3;

static LedgerEntry Entry(int number) => new(
    "decision",
    new DateTimeOffset(2026, 1, 15, 9, 30, 0, TimeSpan.Zero).AddSeconds(number),
    [new LedgerSubject("adapter", Digest.Of(BitConverter.GetBytes(number))), new LedgerSubject("decision.json", Digest.Of(BitConverter.GetBytes(~number)))],
    [new LedgerEvidence("loragate.decision/1", Digest.Of(BitConverter.GetBytes(~number)))],
    JsonSerializer.SerializeToElement(new JsonObject { ["verdict"] = "approved", ["number"] = number }));
