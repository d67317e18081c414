using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Adapters;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>A model with virtual tokens that are trained.</summary>
internal sealed class PromptModel : TunedModel
{
    private readonly Virtual _virtual;

    public PromptModel(PromptMethod method, LanguageModel model, ulong seed)
    {
        _virtual = new Virtual(Sample(method.Tokens, model, seed), model.Type);
        Model = model.Attach(_virtual, $"{model.Name} with {method.Name}");
        Parameters = [new(PromptFormat.Tensor, _virtual.Trained)];
    }

    public override LanguageModel Model { get; }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override void Save(Checkpoint checkpoint, OutputFolder output, CancellationToken cancellation) => SavedAdapter.Write(
        output,
        SavedAdapter.Config(checkpoint, PromptFormat.Type, new()
        {
            ["inference_mode"] = true,
            ["num_layers"] = Model.Layers,
            ["num_transformer_submodules"] = 1,
            ["num_virtual_tokens"] = _virtual.Trained.shape[0],
            ["prompt_tuning_init"] = "SAMPLE_VOCAB",
            ["token_dim"] = _virtual.Trained.shape[1],
        }),
        Parameters,
        cancellation);

    public override void Dispose() => Model.Dispose();

    private static Tensor Sample(int count, LanguageModel model, ulong seed)
    {
        var table = model.TokenTable;
        var stream = Philox.Stream("prompt", seed, PromptFormat.Tensor, 0);
        long[] picked = [.. Enumerable.Range(0, count).Select(i => (long)stream.Below(model.VocabularySize, (ulong)i))];
        return Initial.Leaf(() => table.index_select(0, tensor(picked, device: model.Device)).to_type(model.ParameterType()));
    }

    private sealed class Virtual(Tensor trained, ScalarType computed) : Attachment
    {
        public Tensor Trained => trained;

        public override Tensor Prompt => computed == trained.dtype ? trained : trained.to_type(computed);

        public override LinearChange? OfLinear(string path, Tensor weight) => null;

        public override void RefuseUnused()
        {
        }

        protected override void Dispose(bool disposing) => trained.Dispose();
    }
}
