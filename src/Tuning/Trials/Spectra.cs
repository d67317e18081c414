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
    private const string Part = "module";
    private const double Most = 0.9;
    private const double NearlyAll = 0.99;

    /// <summary>Of an adapter.</summary>
    /// <param name="base">The base.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="progress">Hears of each module; null for nobody.</param>
    /// <param name="cancellation">Stops between modules.</param>
    public static IReadOnlyList<ModuleSpectrum> OfAdapter(LanguageModel @base, PeftAdapter adapter, IProgress<TrialPart>? progress, CancellationToken cancellation)
    {
        List<string> modules = [.. Modules(adapter)];
        var counter = new PartCounter(Part, modules.Count, progress, cancellation);
        if (!adapter.Config.UseDora)
            return [.. modules.Select(module => OfFactors(adapter, module, counter))];
        using var updates = new AttachedAdapter(adapter, @base.Device);
        return OfChanges(@base, modules.ToHashSet(StringComparer.Ordinal), counter, (path, weight) => ((AttachedUpdate)updates.OfLinear(path, weight)!).MergedInto(weight).to_type(ScalarType.Float64).Minus(weight.to_type(ScalarType.Float64)));
    }

    /// <summary>Of a model that was tuned whole, as it was saved: the linear modules of its layers less the base's.</summary>
    /// <param name="base">The base.</param>
    /// <param name="tuned">The model.</param>
    /// <param name="progress">Hears of each module; null for nobody.</param>
    /// <param name="cancellation">Stops between modules.</param>
    public static IReadOnlyList<ModuleSpectrum> OfWhole(LanguageModel @base, LanguageModel tuned, IProgress<TrialPart>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var before = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        LinearModules.Visit(@base, (path, weight) =>
        {
            if (ModulePath.LayerOf(path) is not null)
                before.Add(path, weight.alias());
        });
        var counter = new PartCounter(Part, before.Count, progress, cancellation);
        return OfChanges(tuned, before.Keys.ToHashSet(StringComparer.Ordinal), counter, (path, weight) => weight.to_type(ScalarType.Float64).Minus(before[path].to_type(ScalarType.Float64)));
    }

    private static List<ModuleSpectrum> OfChanges(LanguageModel model, HashSet<string> modules, PartCounter counter, Func<string, Tensor, Tensor> changeOf)
    {
        var found = new List<ModuleSpectrum>();
        LinearModules.Visit(model, (path, weight) =>
        {
            if (!modules.Contains(path))
                return;
            counter.Next();
            using var scope = NewDisposeScope();
            found.Add(OfChange(path, changeOf(path, weight)));
        });
        return [.. found.OrderBy(each => each.Module, StringComparer.Ordinal)];
    }

    private static ModuleSpectrum OfChange(string module, Tensor change)
    {
        var product = change.shape[0] <= change.shape[1] ? change.matmul(change.t()) : change.t().matmul(change);
        return Of(module, (int)product.shape[0], [.. Numbers(linalg.eigvalsh(product)).Select(square => Math.Max(0, square)).OrderDescending()]);
    }

    private static IEnumerable<string> Modules(PeftAdapter adapter) =>
        adapter.Weights.Header.Tensors.Select(t => AdapterKey.Parse(t.Name)).OfType<AdapterKey>().Where(k => k.Part == AdapterPart.LoraA).Select(k => k.Module).Order(StringComparer.Ordinal);

    private static ModuleSpectrum OfFactors(PeftAdapter adapter, string module, PartCounter counter)
    {
        counter.Next();
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
