using Loragate.Artifacts;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>A chat template of a folder.</summary>
/// <param name="File">The file that it stands in.</param>
/// <param name="Name">Its name, "default" where it has none.</param>
/// <param name="Digest">SHA-256 of its text.</param>
internal sealed record ChatTemplate(string File, string Name, Digest Digest);
