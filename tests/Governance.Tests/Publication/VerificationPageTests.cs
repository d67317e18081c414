using System.Text;
using Loragate.Governance.Signing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Governance.Publication;

public sealed class VerificationPageTests
{
    [Fact]
    public void The_record_of_the_format_page_is_one()
    {
        var text = FormatPage.Example("verification.v1.md", "json record").TrimEnd();
        var verification = Record.Parse<Verification>(Encoding.UTF8.GetBytes(text), "verification.v1.md");
        Assert.True(verification.Holds);
        Assert.Equal(verification.ComputeDigest(), Artifacts.Digest.Of(Encoding.UTF8.GetBytes(text)));
    }
}
