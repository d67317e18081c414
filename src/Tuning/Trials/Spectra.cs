using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Models.Adapters;
using Loragate.EvalHarness.Models.Layers;
using Loragate.Tuning.Methods;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

/// <summary>
/// How many directions the changes of linear modules use, in float64. LoRA's update has at most its rank: the singular values of B·A are those of R_B·R_Aᵀ, the triangles of B = Q_B·R_B and
/// Aᵀ = Q_A·R_A. DoRA's, f ⊙ (W + s·B·A) − W, and that of a model tuned whole may have any: σ² are the eigenvalues of ΔW·ΔWᵀ, exact to about 10⁻¹⁵ of the largest, and no share of their sum asks for more.
/// </summary>
internal static class Spectra
{
    private const double Most = 0.9;
    private const double NearlyAll = 0.99;

    /// <summary>Of an adapter.</summary>
    public static IReadOnlyList<ModuleSpectrum> OfAdapter(LanguageModel @base, string folder, CancellationToken cancellation)
    {
        using var adapter = PeftAdapter.Open(folder, cancellation);
        if (!adapter.Config.UseDora)
            return [.. Modules(adapter).Select(module => OfFactors(adapter, module))];
        using var updates = new AttachedAdapter(adapter, @base.Device);
        return OfChanges(@base, (path, weight) => (updates.OfLinear(path, weight) as AttachedUpdate)?.MergedInto(weight).to_type(ScalarType.Float64).Minus(weight.to_type(ScalarType.Float64)), cancellation);
    }

    /// <summary>Of a model that was tuned whole, as it was saved: the linear modules of its layers less the base's.</summary>
    public static IReadOnlyList<ModuleSpectrum> OfWhole(LanguageModel @base, LanguageModel tuned, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var before = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        using var seen = @base.Attach(new WeightVisitor((path, weight) => before.Add(path, weight.alias())), @base.Name);
        return OfChanges(tuned, (path, weight) => ModulePath.LayerOf(path) is null ? null : weight.to_type(ScalarType.Float64).Minus(before[path].to_type(ScalarType.Float64)), cancellation);
    }

    private static List<ModuleSpectrum> OfChanges(LanguageModel model, Func<string, Tensor, Tensor?> changeOf, CancellationToken cancellation)
    {
        var found = new List<ModuleSpectrum>();
        void Visit(string path, Tensor weight)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            if (changeOf(path, weight) is { } change)
                found.Add(OfChange(path, change));
        }

        using var seen = model.Attach(new WeightVisitor(Visit), model.Name);
        return [.. found.OrderBy(each => each.Module, StringComparer.Ordinal)];
    }

    private static ModuleSpectrum OfChange(string module, Tensor change)
    {
        var product = change.shape[0] <= change.shape[1] ? change.matmul(change.t()) : change.t().matmul(change);
        return Of(module, (int)product.shape[0], [.. Numbers(linalg.eigvalsh(product)).Select(square => Math.Max(0, square)).OrderDescending()]);
    }

    private static IEnumerable<string> Modules(PeftAdapter adapter) =>
        adapter.Weights.Header.Tensors.Select(t => AdapterKey.Parse(t.Name)).OfType<AdapterKey>().Where(k => k.Part == AdapterPart.LoraA).Select(k => k.Module).Order(StringComparer.Ordinal);

    private static ModuleSpectrum OfFactors(PeftAdapter adapter, string module)
    {
        using var scope = NewDisposeScope();
        var (_, left) = linalg.qr(Factor(adapter, module, "lora_B"));
        var (_, right) = linalg.qr(Factor(adapter, module, "lora_A").t());
        return Of(module, adapter.Config.RankOf(module), [.. Numbers(linalg.svdvals(left.matmul(right.t()))).Select(s => s * s)]);
    }

    private static ModuleSpectrum Of(string module, int rank, double[] squares)
    {
        var energy = squares.Sum();
        return energy == 0
            ? new ModuleSpectrum(module, rank, 0, 0, 0)
            : new ModuleSpectrum(module, rank, energy * energy / squares.Sum(s => s * s), Holding(squares, Most * energy), Holding(squares, NearlyAll * energy));
    }

    private static int Holding(double[] squares, double energy)
    {
        var (count, held) = (0, 0.0);
        while (count < squares.Length && held < energy)
            held += squares[count++];
        return count;
    }

    private static double[] Numbers(Tensor values)
    {
        using var here = values.cpu();
        return here.data<double>().ToArray();
    }

    private static Tensor Factor(PeftAdapter adapter, string module, string factor)
    {
        var info = adapter.Weights.Find($"{AdapterKey.Prefix}{module}.{factor}.weight")!;
        return AdapterTensors.Read(adapter, info, info.Shape, CPU).to_type(ScalarType.Float64);
    }
}
