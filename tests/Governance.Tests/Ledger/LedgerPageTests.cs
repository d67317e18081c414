using System.Text;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Ledger;

public sealed class LedgerPageTests
{
    private const string Page = "ledger.v1.md";

    [Fact]
    public void The_entry_of_the_format_page_is_an_entry_and_proved_by_its_proof()
    {
        var entry = Encoding.UTF8.GetBytes(FormatPage.Example(Page, "json entry").TrimEnd());
        Assert.Equal("decision", LedgerEntry.Parse(entry, Page).Type);
        var proof = TlogProof.Parse(Encoding.UTF8.GetBytes(FormatPage.Example(Page, "text proof")), Page);
        var log = LedgerVerifier.Parse(FormatPage.Example(Page, "text vkey").TrimEnd(), Page);
        Assert.Equal(2, proof.Verify(entry, log, Page).Size);
    }
}
