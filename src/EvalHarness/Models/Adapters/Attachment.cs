using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>
/// What is live beside a model's weights: an adapter that was read, or one that is being trained. While the model is put together it is asked
/// for every linear module by its path, in the model's order.
/// </summary>
public abstract class Attachment : IDisposable
{
    /// <summary>Virtual tokens that stand before every sequence: (n, hidden) in the weights' type; null for none.</summary>
    public virtual Tensor? Prompt => null;

    /// <summary>The change of a linear module's output; null where it has none.</summary>
    /// <param name="path">The module's path.</param>
    /// <param name="weight">Its own W, (out, in); it belongs to the caller.</param>
    public abstract LinearChange? OfLinear(string path, Tensor weight);

    /// <summary>The update of an embedding (vocabulary, hidden); null where it has none.</summary>
    internal virtual AttachedRows? OfEmbedding(string path, Tensor weight) => null;

    /// <summary>Refuses a part that the model has no live place for.</summary>
    /// <exception cref="ModelException">There is one; it is named.</exception>
    public abstract void RefuseUnused();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the tensors.</summary>
    protected abstract void Dispose(bool disposing);
}
