using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Adapters;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>A model with LoRA or DoRA factors that are trained. Paths, patterns and scales mean what they mean in the saved config: it is made first and read back.</summary>
internal sealed class LoraModel : TunedModel
{
    private readonly LoraMethod _method;
    private readonly Dropout _dropout;
    private readonly LoraPlaces _places;

    public LoraModel(LoraMethod method, LanguageModel model, ulong seed)
    {
        _method = method;
        _dropout = new Dropout(method.Dropout, seed);
        var targets = Targets(model, method);
        var config = AdapterConfig.Parse(method.Config("", targets, IsConv1D(model)), AdapterConfig.FileName);
        _places = new LoraPlaces(config, targets, (module, weight) => LoraChange.Create(module, weight, config, model, seed, _dropout));
        Model = model.Attach(_places, $"{model.Name} with {method.Name}");
        Parameters = [.. _places.Changes.SelectMany(c => c.Parameters)];
        Refresh();
    }

    public override LanguageModel Model { get; }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override void Refresh()
    {
        foreach (var change in _places.Changes)
            change.RefreshNorm();
    }

    public override void SetDropout(ulong? draw) => _dropout.Current = draw;

    public override void Save(Checkpoint checkpoint, OutputFolder output, CancellationToken cancellation) =>
        SavedAdapter.Write(output, _method.Config(BaseName.Of(checkpoint), _places.Targets, IsConv1D(Model)), Parameters, cancellation);

    public override void Dispose() => Model.Dispose();

    /// <summary>Of the families that are supported, one has transformers' Conv1D for linear modules.</summary>
    private static bool IsConv1D(LanguageModel model) => model.Family == "gpt2";

    /// <summary>The named targets, or every linear module's last name; the head, which is no part of a layer, only where it is named.</summary>
    private static IReadOnlyList<string> Targets(LanguageModel model, LoraMethod method)
    {
        if (method.Targets.Count > 0)
            return [.. method.Targets.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var names = new SortedSet<string>(StringComparer.Ordinal);
        LinearModules.Visit(model, (path, _) =>
        {
            if (ModulePath.LayerOf(path) is not null)
                names.Add(ModulePath.LastName(path));
        });
        return [.. names];
    }
}
