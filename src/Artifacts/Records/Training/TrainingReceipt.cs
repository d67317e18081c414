using Loragate.Artifacts.Folders;

namespace Loragate.Artifacts.Records.Training;

/// <summary>Where a tuned adapter or model comes from, and how its training went.</summary>
/// <param name="Inputs">What it was made from.</param>
/// <param name="Losses">The training loss of each step that was made, in nats a token.</param>
/// <param name="Validations">The validation losses in order.</param>
/// <param name="SavedStep">The step whose parameters were saved: the one of the least validation loss, else the last.</param>
/// <param name="Parameters">How many numbers were trained.</param>
/// <param name="Files">The files that were saved, this receipt aside.</param>
/// <param name="Weights">The weights of a model that was tuned whole, by content, as its evaluations name them; null of adapters, and in receipts from before they were named.</param>
public sealed record TrainingReceipt(
    TrainingInputs Inputs,
    IReadOnlyList<double> Losses,
    IReadOnlyList<ValidationLoss> Validations,
    int SavedStep,
    long Parameters,
    IReadOnlyList<FileEntry> Files,
    Digest? Weights = null) : Record
{
    /// <summary>Its place in the folder, where no loader looks.</summary>
    public const string FileName = "loragate/training-receipt.json";

    /// <summary>The schema of these records.</summary>
    public const string SchemaName = "loragate.training-receipt/1";

    /// <inheritdoc/>
    public override string Schema => SchemaName;

    /// <summary>The digest of the folder that the receipt lies in, as an adapter's evaluations name it.</summary>
    public Digest FolderDigest()
    {
        var own = ToCanonicalJson();
        return FolderManifest.DigestOf([.. Files.Append(new FileEntry(FileName, own.Length, Digest.Of(own))).OrderBy(file => file.Path, StringComparer.Ordinal)]);
    }
}
