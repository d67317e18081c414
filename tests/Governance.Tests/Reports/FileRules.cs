using Loragate.Testing;

namespace Loragate.Governance.Reports;

/// <summary>What foreign programs say of every report's file.</summary>
internal static class FileRules
{
    /// <summary>All fonts are embedded TrueType subsets with Unicode maps, as pdffonts sees them.</summary>
    /// <returns>Its lines, one a font.</returns>
    public static string[] CheckFonts(string report)
    {
        var lines = Shell.Run("pdffonts", Path.GetDirectoryName(report)!, report).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[2..];
        Assert.True(lines.Length >= 3, string.Join('\n', lines));
        Assert.All(lines, line =>
        {
            Assert.Contains("CID TrueType", line, StringComparison.Ordinal);
            Assert.Matches(@"\s+yes\s+yes\s+yes\s+\d+\s+\d+\s*$", line);
        });
        return lines;
    }

    /// <summary>qpdf finds nothing wrong.</summary>
    public static void CheckSyntax(string report)
    {
        var check = Shell.Run("qpdf", Path.GetDirectoryName(report)!, "--check", report);
        Assert.Equal(0, check.ExitCode);
        Assert.Contains("No syntax or stream encoding errors", check.Output, StringComparison.Ordinal);
    }
}
