using System.Text;
using Loragate.Artifacts;

namespace Loragate.Governance.Ledger.Git;

/// <summary>What a git command said.</summary>
/// <param name="ExitCode">0 where it did what it was told.</param>
/// <param name="Bytes">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record GitOutput(int ExitCode, byte[] Bytes, string Error)
{
    private const int LongestComplaint = 400;

    public bool Succeeded => ExitCode == 0;

    /// <summary>Standard output as one line.</summary>
    public string Line => Encoding.UTF8.GetString(Bytes).TrimEnd('\n');

    /// <summary>Standard output as the paths that <c>-z</c> lists.</summary>
    public IEnumerable<string> Paths => Encoding.UTF8.GetString(Bytes).Split('\0', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Standard error in one line, safe to print.</summary>
    public string Complaint
    {
        get
        {
            var line = Error.Trim().ReplaceLineEndings("; ");
            return Printable.Of(line.Length > LongestComplaint ? line[..LongestComplaint] + " …" : line);
        }
    }
}
