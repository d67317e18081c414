using System.Text;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Governance.Publication;

public sealed class ResultsPageTests
{
    private static readonly Func<byte[], Record>[] Readers = [Read<SignedFolder>, Read<VerifiedLedger>, Read<Published>, Read<Pulled>, Read<Revoked>, Read<RolledBack>];

    [Fact]
    public void The_page_shows_each_result_as_it_is_written()
    {
        var blocks = FormatPage.Examples("results.v1.md", "json record");
        Assert.Equal(Readers.Length, blocks.Count);
        Assert.All(Readers.Zip(blocks), pair => pair.First(Encoding.UTF8.GetBytes(pair.Second.TrimEnd())));
    }

    private static T Read<T>(byte[] text)
        where T : Record => Record.Parse<T>(text, "results.v1.md");
}
