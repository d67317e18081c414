using System.Text;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>Which build of loragate drew a report, as the report itself says (/Creator, ISO 32000-1 §14.3.3): under its signature like all else.</summary>
internal static class DrawnBy
{
    private const string Name = "loragate";

    /// <summary>What a report names as its creator.</summary>
    public static string Creator(string? build) => build is null ? Name : $"{Name} {build}";

    /// <summary>The build that a report names; null where it names none.</summary>
    public static string? Of(PdfFile file) =>
        file.Dictionary(file.Trailer["Info"])["Creator"] is PdfValue.Text { Bytes: var bytes } && Encoding.ASCII.GetString(bytes.Span) is var creator && creator.StartsWith(Name + " ", StringComparison.Ordinal)
            ? creator[(Name.Length + 1)..]
            : null;
}
