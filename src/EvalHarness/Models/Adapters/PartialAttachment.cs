using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>An attachment of which modules are ignored, as a server does that does not know them: they are as without it.</summary>
/// <param name="whole">The attachment; it is disposed with this one.</param>
/// <param name="isIgnored">Whether a module, by its path, is left as it is.</param>
internal sealed class PartialAttachment(Attachment whole, Func<string, bool> isIgnored) : Attachment
{
    /// <inheritdoc/>
    public override Tensor? Prompt => whole.Prompt;

    /// <inheritdoc/>
    public override LinearChange? OfLinear(string path, Tensor weight) => isIgnored(path) ? null : whole.OfLinear(path, weight);

    /// <inheritdoc/>
    internal override AttachedRows? OfEmbedding(string path, Tensor weight) => isIgnored(path) ? null : whole.OfEmbedding(path, weight);

    /// <summary>Refuses nothing: what is ignored is unused on purpose, and the whole was refused or not when it was attached.</summary>
    public override void RefuseUnused()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => whole.Dispose();
}
