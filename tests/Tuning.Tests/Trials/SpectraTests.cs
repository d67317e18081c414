using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Training;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models;
using Loragate.Testing;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

/// <summary>Against the singular values of the whole change, put together in float64.</summary>
public sealed class SpectraTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void The_spectrum_of_low_rank_updates_is_that_of_their_product()
    {
        var folder = Train("lora");
        using var adapter = PeftAdapter.Open(folder);
        var spectra = With(model => Spectra.OfAdapter(model, adapter, null, CancellationToken.None));
        Assert.Equal(28, spectra.Count);
        foreach (var module in spectra)
        {
            Assert.Equal(2, module.Rank);
            AssertIs(Factor(adapter, module, "lora_B.weight").matmul(Factor(adapter, module, "lora_A.weight")), module);
        }
    }

    [Fact]
    public void The_spectrum_of_DoRA_is_that_of_what_its_rows_become_when_they_are_scaled()
    {
        var folder = Train("dora");
        using var adapter = PeftAdapter.Open(folder);
        using var checkpoint = Checkpoint.Open(Sample.Base);
        var spectra = With(model => Spectra.OfAdapter(model, adapter, null, CancellationToken.None));
        Assert.Equal(28, spectra.Count);
        foreach (var module in spectra)
        {
            var weight = Weight(checkpoint, module);
            var updated = Each(weight, Factor(adapter, module, "lora_B.weight").matmul(Factor(adapter, module, "lora_A.weight")), (w, p) => w + 2 * p);
            var scaled = updated * (Factor(adapter, module, "lora_magnitude_vector") / (updated * updated).sum(1).sqrt()).unsqueeze(1);
            Assert.Equal(weight.shape.Min(), module.Rank);
            AssertIs(Each(scaled, weight, (s, w) => s - w), module);
        }
    }

    [Fact]
    public void The_spectrum_of_full_fine_tuning_is_that_of_the_saved_weights_less_the_bases()
    {
        var folder = Train("full");
        using var before = Checkpoint.Open(Sample.Base);
        using var after = Checkpoint.Open(folder);
        var spectra = With(model =>
        {
            using var tuned = LanguageModel.Load(after, Precision.Float32, CPU, CancellationToken.None);
            return Spectra.OfWhole(model, tuned, null, CancellationToken.None);
        });
        Assert.Equal(28, spectra.Count);
        foreach (var module in spectra)
        {
            Assert.Equal(before.Tensor(module.Module + ".weight").Info.Shape.Min(), module.Rank);
            AssertIs(Each(Weight(after, module), Weight(before, module), (a, b) => a - b), module);
        }
        Assert.Contains(spectra, module => module.RankOfEnergy > 2);
    }

    [Fact]
    public void What_did_not_change_uses_no_direction() =>
        Assert.All(With(model => Spectra.OfWhole(model, model, null, CancellationToken.None)), module => Assert.Equal((0, 0, 0), (module.EffectiveRank, module.RankOfEnergy, module.RankOfNearlyAll)));

    [Theory]
    [InlineData("lora")]
    [InlineData("dora")]
    [InlineData("full")]
    public void Each_module_is_told_before_it_is_looked_into_and_none_after_the_work_was_stopped(string method)
    {
        var folder = Train(method);
        using var stop = new CancellationTokenSource();
        var told = new List<TrialPart>();
        var progress = new Listener(part =>
        {
            told.Add(part);
            if (told.Count == 3)
                stop.Cancel();
        });
        using var adapter = method == "full" ? null : PeftAdapter.Open(folder);
        Assert.Throws<OperationCanceledException>(() => With(model => adapter is null ? Spectra.OfWhole(model, model, progress, stop.Token) : Spectra.OfAdapter(model, adapter, progress, stop.Token)));
        Assert.Equal(Enumerable.Range(1, 3).Select(number => new TrialPart("module", number, 28)), told);
    }

    public void Dispose() => _temp.Dispose();

    private static void AssertIs(Tensor change, ModuleSpectrum spectrum)
    {
        var squares = linalg.svdvals(change).data<double>().ToArray().Select(s => s * s).ToList();
        var energy = squares.Sum();
        // DoRA is computed in float32, whose rounding of W is small beside the change.
        Assert.Equal(energy * energy / squares.Sum(s => s * s), spectrum.EffectiveRank, 1e-3 * spectrum.EffectiveRank);
        int Holding(double share) => 1 + squares.TakeWhile((_, i) => squares.Take(i + 1).Sum() < share * energy).Count();
        Assert.Equal((Holding(0.9), Holding(0.99)), (spectrum.RankOfEnergy, spectrum.RankOfNearlyAll));
    }

    private static IReadOnlyList<ModuleSpectrum> With(Func<LanguageModel, IReadOnlyList<ModuleSpectrum>> look)
    {
        using var checkpoint = Checkpoint.Open(Sample.Base);
        using var model = LanguageModel.Load(checkpoint, Precision.Float32, CPU, CancellationToken.None);
        return look(model);
    }

    private static Tensor Factor(PeftAdapter adapter, ModuleSpectrum module, string name) => Read(adapter.Weights, adapter.Weights.Find($"{AdapterKey.Prefix}{module.Module}.{name}")!);

    private static Tensor Weight(Checkpoint checkpoint, ModuleSpectrum module)
    {
        var tensor = checkpoint.Tensor(module.Module + ".weight");
        return Read(tensor.Shard, tensor.Info);
    }

    private static Tensor Each(Tensor one, Tensor other, Func<double, double, double> of) => tensor(one.data<double>().Zip(other.data<double>(), of).ToArray(), one.shape);

    private static Tensor Read(SafetensorsFile file, TensorInfo info)
    {
        var raw = empty([.. info.Shape], dtype: info.DType == DType.BF16 ? ScalarType.BFloat16 : ScalarType.Float32);
        file.ReadAll(info).CopyTo(raw.bytes);
        return raw.to_type(ScalarType.Float64);
    }

    private string Train(string method)
    {
        _ = Trainer.Train(new TrainingSample(_temp).Request(method, method));
        return _temp.PathTo(method);
    }

    private sealed class Listener(Action<TrialPart> hear) : IProgress<TrialPart>
    {
        public void Report(TrialPart value) => hear(value);
    }
}
