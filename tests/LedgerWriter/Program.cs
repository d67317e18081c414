using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;

// ledger-writer LEDGER KEY WRITER FIRST END: a process that a test kills. Appends this writer's entries FIRST … END-1 one by one and
// acknowledges each, "NUMBER INDEX SIZE ROOT", after it was logged.
var ledger = LedgerFolder.Open(args[0]);
using var key = LedgerKey.Read(args[1]);
var (writer, first, end) = (Number(2), Number(3), Number(4));
for (var number = first; number < end; number++)
{
    var entry = new LedgerEntry(
        "note",
        new DateTimeOffset(2026, 1, 15, 9, 30, 0, TimeSpan.Zero),
        [new LedgerSubject($"{writer}/{number}", Digest.Of([.. BitConverter.GetBytes(writer), .. BitConverter.GetBytes(number)]))],
        [],
        JsonSerializer.SerializeToElement(new JsonObject { ["writer"] = writer, ["number"] = number }));
    var appended = ledger.Append([entry], key, TimeSpan.FromMinutes(5));
    Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{number} {appended.Indices[0]} {appended.Checkpoint.Size} {appended.Checkpoint.Root}"));
    Console.Out.Flush();
}
return 0;

int Number(int index) => int.Parse(args[index], CultureInfo.InvariantCulture);
