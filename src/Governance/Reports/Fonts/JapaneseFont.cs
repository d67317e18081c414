namespace Loragate.Governance.Reports.Fonts;

/// <summary>A Japanese font to look for.</summary>
/// <param name="Family">The family as fontconfig knows it.</param>
/// <param name="FileName">Its usual file name, for machines without fontconfig.</param>
public sealed record JapaneseFont(string Family, string FileName);
