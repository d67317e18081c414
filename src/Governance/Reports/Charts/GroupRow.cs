namespace Loragate.Governance.Reports.Charts;

/// <summary>A group's shares, before and after.</summary>
/// <param name="Label">The group.</param>
/// <param name="Items">Items, with their name.</param>
/// <param name="Figures">The numbers as text.</param>
/// <param name="Base">The original's share, 0 to 1; null where there is none.</param>
/// <param name="Candidate">The changed model's share.</param>
/// <param name="Lower">The lower end of its interval.</param>
/// <param name="Upper">The upper end.</param>
internal sealed record GroupRow(string Label, string Items, string Figures, double? Base, double Candidate, double Lower, double Upper)
{
    /// <summary>The anchor of the record that the numbers come from; null where the page names none.</summary>
    public string? Link { get; init; }
}
