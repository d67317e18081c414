namespace Loragate.Governance.Reports.Pdf;

/// <summary>Pages as they were drawn, before anything is added.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Bookmarks">What the outline names, in the order of the pages.</param>
internal sealed record DrawnPdf(byte[] Bytes, IReadOnlyList<Bookmark> Bookmarks);
