using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;

namespace Loragate.Artifacts.Records.Combining;

/// <summary>Where a combined adapter comes from: what went in, by which method, and how far the result is from what was meant.</summary>
/// <param name="Engine">The engine and its arithmetic.</param>
/// <param name="Adapters">The inputs and their weights, in order.</param>
/// <param name="Method">The method and its parameters.</param>
/// <param name="DType">The type of the stored factors.</param>
/// <param name="Modules">Every module of the result, by path.</param>
/// <param name="Findings">What a reader should know about the method.</param>
/// <param name="Files">The adapter's files.</param>
public sealed record CombinationReceipt(
    EngineInfo Engine,
    IReadOnlyList<AppliedAdapter> Adapters,
    CombinationMethod Method,
    string DType,
    IReadOnlyList<CombinedModule> Modules,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<FileEntry> Files) : Record
{
    /// <summary>Its place in the folder, where no loader looks.</summary>
    public const string FileName = "loragate/combination-receipt.json";

    /// <inheritdoc/>
    public override string Schema => "loragate.combination-receipt/1";
}
