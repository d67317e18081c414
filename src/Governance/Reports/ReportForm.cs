namespace Loragate.Governance.Reports;

/// <summary>The form that a report is in: what it can say of its own signature and evidence.</summary>
internal enum ReportForm
{
    /// <summary>A web page, which is not signed and carries no files.</summary>
    Page,

    /// <summary>A PDF that nobody signs.</summary>
    UnsignedFile,

    /// <summary>A PDF that is signed.</summary>
    SignedFile,
}
