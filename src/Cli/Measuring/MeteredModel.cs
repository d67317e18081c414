using Loragate.Artifacts;
using Loragate.Artifacts.Records.Measuring;

namespace Loragate.Cli.Measuring;

/// <summary>A model to measure.</summary>
/// <param name="Form">How it is served.</param>
/// <param name="Folder">Its weights.</param>
/// <param name="Weights">Their digest.</param>
/// <param name="Adapter">The adapter's folder; null for none.</param>
internal sealed record MeteredModel(ModelForm Form, string Folder, Digest Weights, string? Adapter = null)
{
    /// <summary>Whether it is left out, and that said, where its adapter is none that is computed live.</summary>
    public bool MayLack { get; init; }
}
