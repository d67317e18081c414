namespace Loragate.Governance.Reports.Pdf;

/// <summary>A line of the outline.</summary>
/// <param name="Title">Its text.</param>
/// <param name="Page">The page, from 0.</param>
/// <param name="Y">The place on it, points from the page's top.</param>
internal sealed record Bookmark(string Title, int Page, float Y);
