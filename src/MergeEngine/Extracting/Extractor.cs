using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Extracting;

namespace Loragate.MergeEngine.Extracting;

/// <summary>
/// Makes an adapter of a fine-tuned checkpoint (docs/formats/extract.v1.md): the best low-rank update of every linear layer that changed,
/// with a certificate of what it leaves out. Memory is the adapter and a few blocks; the same bytes with any number of threads.
/// </summary>
public static class Extractor
{
    /// <summary>The name of the arithmetic in receipts.</summary>
    public const string Procedure = "extract/1";

    private const int MostRank = 65_536;

    /// <summary>Extracts and returns the receipt, which is also written into the output folder; null, and no folder, where no value changed.</summary>
    /// <exception cref="ExtractException">The checkpoints do not have the same tensors, or the adapter could not hold what changed.</exception>
    /// <exception cref="NonFiniteException">A changed tensor holds NaN or an infinity.</exception>
    /// <exception cref="MalformedInputException">A file breaks its format, or the output exists.</exception>
    public static ExtractionReceipt? Extract(ExtractRequest request, IProgress<MergeProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Rank is < 1 or > MostRank)
            throw new ArgumentException($"A rank lies between 1 and {MostRank}.", nameof(request));
        using var baseModel = Checkpoint.Open(request.Base);
        using var tuned = Checkpoint.Open(request.Tuned);
        ExpectSameTensors(baseModel, tuned);
        using var output = OutputFolder.Create(request.Output);
        return new ExtractRun(request, baseModel, tuned, output).Run(progress, cancellationToken);
    }

    private static void ExpectSameTensors(Checkpoint baseModel, Checkpoint tuned)
    {
        var faults = baseModel.Tensors.Keys.Except(tuned.Tensors.Keys).Order(StringComparer.Ordinal).Select(n => $"'{n}' is missing")
            .Concat(tuned.Tensors.Keys.Except(baseModel.Tensors.Keys).Order(StringComparer.Ordinal).Select(n => $"'{n}' is not in the base"))
            .Concat(baseModel.Tensors.Values.OrderBy(t => t.Name, StringComparer.Ordinal)
                .Where(t => tuned.Tensors.TryGetValue(t.Name, out var other) && !other.Info.Shape.SequenceEqual(t.Info.Shape))
                .Select(t => $"'{t.Name}' is {tuned.Tensor(t.Name).Info.ShapeText}, in the base {t.Info.ShapeText}"))
            .ToList();
        if (faults.Count > 0)
            throw new ExtractException(tuned.Folder, $"has not the tensors of the base: {string.Join("; ", faults.Take(10))}{(faults.Count > 10 ? $"; and {faults.Count - 10} more" : "")}", "Give the base that this model was tuned from.");
        if (baseModel.ModelType != tuned.ModelType)
            throw new ExtractException(tuned.Folder, $"is a '{tuned.ModelType}', the base a '{baseModel.ModelType}'", "Give the base that this model was tuned from.");
    }
}
