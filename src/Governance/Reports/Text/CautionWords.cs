namespace Loragate.Governance.Reports.Text;

/// <summary>What a reader must know about signatures before anything else.</summary>
internal static class CautionWords
{
    /// <summary>That nobody signed, or that nobody checked the signatures; null where whoever wrote the report made or checked them.</summary>
    public static string? Of(ReportContents contents, ReportText text) => contents switch
    {
        { Signatures.Count: 0 } => text["signatures.unsigned"],
        { SignaturesAreChecked: true } => null,
        _ => text["signatures.unchecked"],
    };
}
