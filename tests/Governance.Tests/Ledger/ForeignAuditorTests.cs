using System.Globalization;
using System.Text;
using Loragate.Testing;

namespace Loragate.Governance.Ledger;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class ForeignAuditorTests(ForeignAuditorFixture auditor) : IClassFixture<ForeignAuditorFixture>
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(600)]
    [InlineData(70_000)]
    public void An_independent_auditor_accepts_the_ledger(int size)
    {
        Assert.SkipWhen(auditor.Absent.Length > 0, auditor.Absent);
        using var test = new TestLedger();
        if (size > 0)
            test.Append(Enumerable.Range(0, size));
        AssertAccepted(auditor.Audit(test.Ledger.Path, test.Log.ToString()), size);
    }

    [Fact]
    public void An_independent_auditor_accepts_a_ledger_that_grew_with_every_size_it_had()
    {
        Assert.SkipWhen(auditor.Absent.Length > 0, auditor.Absent);
        using var test = new TestLedger();
        var sizes = new StringBuilder();
        for (var next = 0; next < 600; next += 50)
        {
            var seen = test.Append(Enumerable.Range(next, 50)).Checkpoint;
            sizes.Append(CultureInfo.InvariantCulture, $"{seen.Size} {Convert.ToBase64String(seen.Root.ToBytes())}\n");
        }
        var file = test.Temp.Write("sizes", Encoding.ASCII.GetBytes(sizes.ToString()));
        AssertAccepted(auditor.Audit(test.Ledger.Path, test.Log.ToString(), file), 600);
    }

    [Fact]
    public void An_independent_auditor_accepts_a_ledger_after_a_killed_append()
    {
        Assert.SkipWhen(auditor.Absent.Length > 0, auditor.Absent);
        using var test = new TestLedger();
        test.Append(0, 1, 2);
        var checkpoint = Path.Combine(test.Ledger.Path, "checkpoint");
        var before = File.ReadAllBytes(checkpoint);
        test.Append(Enumerable.Range(10, 7));
        File.WriteAllBytes(checkpoint, before);
        AssertAccepted(auditor.Audit(test.Ledger.Path, test.Log.ToString()), 3);
        test.Append(Enumerable.Range(20, 9));
        AssertAccepted(auditor.Audit(test.Ledger.Path, test.Log.ToString()), 12);
    }

    private static void AssertAccepted(ShellResult result, int size)
    {
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"size {size} "), result.Output, StringComparison.Ordinal);
    }
}
