using Loragate.Artifacts;

namespace Loragate.Governance.Reports.Fonts;

/// <summary>A font that is missing, damaged, or that may not or cannot be embedded in a report.</summary>
/// <param name="place">The font's file or family.</param>
/// <param name="fault">What is wrong with it.</param>
/// <param name="advice">What to install instead.</param>
public sealed class ReportFontException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);
