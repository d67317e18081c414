using Loragate.EvalHarness.Models.Adapters;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>Changes nothing and notes which linear modules a model has.</summary>
internal sealed class ModuleSurvey : Attachment
{
    private readonly List<string> _modules = [];

    /// <summary>Every linear module's path, in the model's order.</summary>
    public IReadOnlyList<string> Modules => _modules;

    /// <summary>The last names of the modules that lie in a numbered layer, in order.</summary>
    public IReadOnlyList<string> NamesInLayers =>
        [.. _modules.Where(m => ModulePath.LayerOf(m) is not null).Select(ModulePath.LastName).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    public override LinearChange? OfLinear(string path, Tensor weight)
    {
        _modules.Add(path);
        return null;
    }

    public override void RefuseUnused()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
