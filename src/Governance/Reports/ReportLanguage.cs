namespace Loragate.Governance.Reports;

/// <summary>The language that a report is written in.</summary>
public enum ReportLanguage
{
    /// <summary>English.</summary>
    English,

    /// <summary>Japanese.</summary>
    Japanese,
}
