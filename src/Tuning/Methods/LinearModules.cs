using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Adapters;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>Notes the linear modules of a model, which tells them to what is attached to it, and changes nothing live.</summary>
internal sealed class LinearModules : Attachment
{
    private readonly List<(string Path, Tensor Weight)> _found = [];

    private LinearModules()
    {
    }

    /// <summary>Visits a model's linear modules in its order. They are found first, so that a visit that fails breaks off nothing that is half put together.</summary>
    /// <param name="model">The model.</param>
    /// <param name="visit">Sees (path, W, (out, in), a view into the model's own that is valid during the visit).</param>
    public static void Visit(LanguageModel model, Action<string, Tensor> visit)
    {
        using var modules = new LinearModules();
        using var surveyed = model.Attach(modules, model.Name);
        foreach (var (path, weight) in modules._found)
            visit(path, weight);
    }

    public override LinearChange? OfLinear(string path, Tensor weight)
    {
        _found.Add((path, weight.alias().DetachFromDisposeScope()));
        return null;
    }

    public override void RefuseUnused()
    {
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var (_, weight) in _found)
            weight.Dispose();
    }
}
