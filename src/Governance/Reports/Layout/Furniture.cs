namespace Loragate.Governance.Reports.Layout;

/// <summary>What stands on every page around its text.</summary>
/// <param name="HeaderLeft">The report's title.</param>
/// <param name="HeaderRight">The adapter.</param>
/// <param name="FooterLeft">The decision's digest.</param>
/// <param name="PageNumber">The page's number as text, from the number and the count.</param>
internal sealed record Furniture(string HeaderLeft, string HeaderRight, string FooterLeft, Func<int, int, string> PageNumber);
