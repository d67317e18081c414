using Loragate.Governance.Reports;

namespace Loragate.Cli.Verbs;

/// <summary>What a report is made from and where it goes.</summary>
/// <param name="Path">The file to write.</param>
/// <param name="Language">Its language.</param>
/// <param name="Dossiers">The dossiers, each once.</param>
internal sealed record ReportTarget(string Path, ReportLanguage Language, IReadOnlyList<string> Dossiers)
{
    public const string Pdf = ".pdf";
    public const string Html = ".html";
    public const string Card = ".md";

    /// <summary>The file's ending, in small letters.</summary>
    public string Ending => System.IO.Path.GetExtension(Path).ToLowerInvariant();

    /// <summary>Requires that the file's ending is one of those in which this can be written.</summary>
    /// <exception cref="UsageException">It is another.</exception>
    public void Require(string what, params string[] endings)
    {
        if (!endings.Contains(Ending))
            throw new UsageException($"--output {Path}: {what} is written to a file that ends in {string.Join(" or ", endings)}.");
    }
}
