namespace Loragate.Governance.Reports.Pdf;

/// <summary>A report carries no more than its verifier reads.</summary>
public sealed class ReportSizeTests
{
    private static readonly DateTimeOffset Time = new(2026, 11, 24, 6, 7, 8, TimeSpan.Zero);

    [Fact]
    public void More_files_than_are_read_are_refused_before_a_report_is_made()
    {
        var contents = ReportSamples.Approved with { Files = [.. Enumerable.Range(0, 10_001).Select(i => new EvidenceFile($"{i}.json", "{}"u8.ToArray(), Time))] };
        var refused = Assert.Throws<ReportSizeException>(() => AuditReport.Render(contents, ReportLanguage.English, Fonts.FontSet.Bundled));
        Assert.Contains("10001 files of 20002 bytes together, where a report carries at most 10000 of 536870912 bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void More_bytes_than_are_read_are_refused_with_the_largest_files_and_what_to_leave_out()
    {
        EvidenceFile[] files = [new("policy.yaml", new byte[10], Time), new("trials.json", new byte[90], Time)];
        ReportAttachments.RequireReadable(files, most: 100);
        var refused = Assert.Throws<ReportSizeException>(() => ReportAttachments.RequireReadable(files, most: 99));
        Assert.Contains("the largest are 'trials.json' (90 bytes), 'policy.yaml' (10 bytes)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--trials", refused.Advice, StringComparison.Ordinal);
    }
}
