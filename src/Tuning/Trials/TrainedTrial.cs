using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Training;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Training;

namespace Loragate.Tuning.Trials;

/// <summary>What a trial made, which is opened only while it is what its receipt tells: between its training and the last look at it lie all other trainings, and somebody may have put something else there.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Receipt">The receipt as the run holds it since the training, or since it was vouched for.</param>
/// <param name="Folder">Where the adapter or model lies.</param>
internal sealed record TrainedTrial(Trial Trial, TrainingReceipt Receipt, string Folder)
{
    /// <summary>Whether a model was tuned whole and not an adapter made.</summary>
    public bool IsWhole => Trial.Method is FullMethod;

    /// <summary>Opens the adapter; its weights are the receipt's by the handle that they are read by.</summary>
    /// <exception cref="TuningException">It is another one than the receipt's.</exception>
    /// <exception cref="MalformedInputException">It is none.</exception>
    public PeftAdapter OpenAdapter(CancellationToken cancellation)
    {
        var adapter = PeftAdapter.Open(Folder, cancellation);
        try
        {
            Require(adapter.Identity.Digest == Receipt.FolderDigest());
            adapter.CheckWeights(cancellation);
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    /// <summary>The weights of a model that was tuned whole, by content, for whoever loads them and holds the bytes against them.</summary>
    /// <exception cref="TuningException">They are others than the receipt's.</exception>
    public IReadOnlyList<TensorDigest> Weights()
    {
        var weights = SavedWeights.Of(Folder);
        Require(TensorDigest.OfWeights(weights) == Receipt.Weights);
        return weights;
    }

    private void Require(bool isTold)
    {
        if (!isTold)
            throw new TuningException(Folder, "is not what its training receipt tells", "It was changed since: remove the folder, and the trial is run again.");
    }
}
