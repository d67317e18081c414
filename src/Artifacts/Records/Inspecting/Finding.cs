namespace Loragate.Artifacts.Records.Inspecting;

/// <summary>Something an inspection noticed.</summary>
/// <param name="Id">The stable id, "no-op" (docs/findings.md).</param>
/// <param name="Severity">What it means.</param>
/// <param name="Where">The file, key or module.</param>
/// <param name="Message">What was found.</param>
/// <param name="Advice">What to do.</param>
public sealed record Finding(string Id, Severity Severity, string Where, string Message, string Advice);
