using System.CommandLine;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Reports.Pdf;

namespace Loragate.Cli.Verbs;

/// <summary>Puts a time stamp into the signature of a report (PAdES B-T) in two steps, so that any way to the authority will do and none is taken here.</summary>
internal sealed class ReportStamp
{
    private readonly Option<string?> _report = new("--stamp") { Description = "Instead: a signed report that a time stamp is wanted for. --output FILE.tsq gets the request (RFC 3161) for the authority; with --timestamp, --output FILE.pdf gets the stamped report.", HelpName = "REPORT.pdf" };
    private readonly Option<string?> _response = new("--timestamp") { Description = "With --stamp: the authority's response.", HelpName = "FILE.tsr" };

    public IEnumerable<Option> All => [_report, _response];

    /// <summary>Whether a time stamp was asked for.</summary>
    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_report) is not null || parsed.GetValue(_response) is not null;

    public int Run(ParseResult parsed, Tool tool, string output)
    {
        var report = parsed.GetValue(_report) ?? throw new UsageException("--timestamp goes with --stamp: name the report that the time stamp is for.");
        var bytes = File.ReadAllBytes(report);
        if (parsed.GetValue(_response) is { } response)
        {
            AtomicFile.Write(output, ReportSignature.Stamp(bytes, File.ReadAllBytes(response), report));
            tool.Screen.Say($"Wrote {output}: {report} with its time stamp.");
        }
        else
        {
            AtomicFile.Write(output, ReportSignature.StampRequest(bytes, report));
            tool.Screen.Say($"Wrote {output}. Send it to a time stamp authority as application/timestamp-query, then run this again with --timestamp RESPONSE.");
        }
        return ExitCode.Done;
    }
}
