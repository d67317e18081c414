using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Models.Adapters;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

/// <summary>The singular values of an adapter's updates, from its factors: those of B·A are those of R_B·R_Aᵀ, the triangles of B = Q_B·R_B and Aᵀ = Q_A·R_A. None for DoRA, whose update is not B·A: it scales the rows of W as well, and has no low rank.</summary>
internal static class Spectra
{
    private const double Share = 0.9;

    public static IReadOnlyList<ModuleSpectrum> Of(string folder, CancellationToken cancellation)
    {
        using var adapter = PeftAdapter.Open(folder, cancellation);
        if (adapter.Config.UseDora)
            return [];
        var modules = adapter.Weights.Header.Tensors.Select(t => AdapterKey.Parse(t.Name)).OfType<AdapterKey>().Where(k => k.Part == AdapterPart.LoraA).Select(k => k.Module).Order(StringComparer.Ordinal);
        return [.. modules.Select(module => Of(adapter, module))];
    }

    private static ModuleSpectrum Of(PeftAdapter adapter, string module)
    {
        using var scope = NewDisposeScope();
        var (_, left) = linalg.qr(Factor(adapter, module, "lora_B"));
        var (_, right) = linalg.qr(Factor(adapter, module, "lora_A").t());
        var squares = linalg.svdvals(left.matmul(right.t())).data<double>().ToArray().Select(s => s * s).ToArray();
        var energy = squares.Sum();
        var rank = adapter.Config.RankOf(module);
        return energy == 0
            ? new ModuleSpectrum(module, rank, 0, 0)
            : new ModuleSpectrum(module, rank, energy * energy / squares.Sum(s => s * s), 1 + squares.TakeWhile((_, i) => squares[..(i + 1)].Sum() < Share * energy).Count());
    }

    private static Tensor Factor(PeftAdapter adapter, string module, string factor)
    {
        var info = adapter.Weights.Find($"{AdapterKey.Prefix}{module}.{factor}.weight")!;
        return AdapterTensors.Read(adapter, info, info.Shape, CPU).to_type(ScalarType.Float64);
    }
}
