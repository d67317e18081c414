using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;

namespace Loragate.Artifacts.Records.Extracting;

/// <summary>Where an extracted adapter comes from, and module by module how much of the change it holds.</summary>
/// <param name="Engine">The engine and its arithmetic.</param>
/// <param name="Base">The base checkpoint.</param>
/// <param name="Tuned">The fine-tuned checkpoint.</param>
/// <param name="Rank">The rank that was asked for.</param>
/// <param name="Seed">The seed of the random start, as decimal text.</param>
/// <param name="DType">The type of the stored factors.</param>
/// <param name="Modules">The modules that the adapter updates, by path.</param>
/// <param name="Uncaptured">The changed tensors that it does not update, by name.</param>
/// <param name="Unchanged">How many tensors did not change.</param>
/// <param name="Files">The adapter's files.</param>
public sealed record ExtractionReceipt(
    EngineInfo Engine,
    CheckpointIdentity Base,
    CheckpointIdentity Tuned,
    int Rank,
    string Seed,
    string DType,
    IReadOnlyList<ExtractedModule> Modules,
    IReadOnlyList<UncapturedTensor> Uncaptured,
    int Unchanged,
    IReadOnlyList<FileEntry> Files) : Record
{
    /// <summary>Its place in the folder, where no loader looks.</summary>
    public const string FileName = "loragate/extraction-receipt.json";

    /// <inheritdoc/>
    public override string Schema => "loragate.extraction-receipt/1";
}
