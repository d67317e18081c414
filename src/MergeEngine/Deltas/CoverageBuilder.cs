using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>Gathers what the kinds of change find in an adapter.</summary>
/// <param name="config">The adapter's config.</param>
/// <param name="layout">The base, or null to check the adapter by itself.</param>
/// <param name="declared">What the caller says of adapter and base.</param>
internal sealed class CoverageBuilder(AdapterConfig config, BaseLayout? layout, Declared declared)
{
    private readonly List<Delta> _deltas = [];
    private readonly List<CarriedCopy> _copies = [];
    private readonly List<Finding> _findings = [];

    public AdapterConfig Config => config;

    public BaseLayout? Base => layout;

    public Declared Declared => declared;

    public IReadOnlyList<Delta> Deltas => _deltas;

    public IReadOnlyList<CarriedCopy> Copies => _copies;

    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Modules and tensors that a blocking finding names.</summary>
    public HashSet<string> BlockedPlaces => [.. _findings.Where(f => f.Severity == Severity.Block).Select(f => f.Where)];

    public void Add(Delta delta) => _deltas.Add(delta);

    public void AddCopy(CarriedCopy copy) => _copies.Add(copy);

    public void Add(IEnumerable<Finding> findings) => _findings.AddRange(findings);

    public void Block(string id, string where, string message, string advice) => _findings.Add(new Finding(id, Severity.Block, where, message, advice));

    public void Warn(string id, string where, string message, string advice) => _findings.Add(new Finding(id, Severity.Warn, where, message, advice));

    /// <summary>The base tensor that a module's factors change; where there is none, or none that can be merged into, that is a finding.</summary>
    public TensorPlan? Find(string module, string parameter)
    {
        if (layout is null)
            return null;
        if (layout.Find(module, parameter) is { } tensor)
            return IsMergeable(tensor) ? tensor : null;
        Block("absent-module", module, "the base has no such module", "Merge into the base that the adapter was trained on.");
        return null;
    }

    /// <summary>Whether a base tensor's type can be merged into; if not, that is a finding.</summary>
    public bool IsMergeable(TensorPlan tensor)
    {
        if (tensor.DType.IsMergeable)
            return true;
        Block("base-dtype", tensor.Name, $"the base tensor is stored as {tensor.DType}; F32, BF16 and F16 can be merged into", "Merge into the unquantised base.");
        return false;
    }
}
