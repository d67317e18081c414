using Loragate.Artifacts.Adapters;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>A tuned prompt, live: virtual tokens before every sequence (Lester et al., arXiv 2104.08691).</summary>
internal sealed class AttachedPrompt : Attachment
{
    private readonly PeftAdapter _adapter;
    private readonly Tensor _prompt;

    /// <exception cref="ModelException">The folder holds other tensors, or a prompt of another width.</exception>
    public AttachedPrompt(PeftAdapter adapter, LanguageModel model)
    {
        _adapter = adapter;
        var count = adapter.Weights.Find(PromptFormat.Tensor)?.Shape is [var rows, _] ? rows : 0;
        using var stored = AdapterTensors.Require(adapter, PromptFormat.Tensor, [count, model.TokenTable.shape[1]], model.Device);
        _prompt = stored.to_type(model.Type).DetachFromDisposeScope();
    }

    public override Tensor Prompt => _prompt;

    public override LinearChange? OfLinear(string path, Tensor weight) => null;

    public override void RefuseUnused() => AdapterTensors.RefuseUnused(_adapter, new HashSet<string> { PromptFormat.Tensor });

    protected override void Dispose(bool disposing) => _prompt.Dispose();
}
