using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.EvalHarness.Models;

namespace Loragate.Tuning.Methods;

/// <summary>A model and the parameters in it that are trained.</summary>
internal abstract class TunedModel : IDisposable
{
    /// <summary>The model as it is now.</summary>
    public abstract LanguageModel Model { get; }

    /// <summary>What is trained, in a fixed order.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Computes anew what depends on the parameters and is held constant within a step: after every change of them.</summary>
    public virtual void Refresh()
    {
    }

    /// <summary>Switches dropout on with the masks of one draw, or off.</summary>
    /// <param name="draw">The number of the draw; null for none.</param>
    public virtual void SetDropout(ulong? draw)
    {
    }

    /// <summary>Writes config and weights.</summary>
    /// <param name="checkpoint">The base's folder.</param>
    /// <param name="output">Where to.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    public abstract void Save(Checkpoint checkpoint, OutputFolder output, CancellationToken cancellation);

    /// <inheritdoc/>
    public abstract void Dispose();
}
