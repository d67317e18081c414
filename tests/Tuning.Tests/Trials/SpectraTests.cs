using Loragate.Artifacts.Adapters;
using Loragate.Testing;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

public sealed class SpectraTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void The_spectrum_of_low_rank_updates_is_that_of_their_product()
    {
        var folder = Train("lora");
        using var adapter = PeftAdapter.Open(folder);
        foreach (var module in Spectra.Of(folder, CancellationToken.None))
        {
            Tensor Factor(string name)
            {
                var info = adapter.Weights.Find($"{AdapterKey.Prefix}{module.Module}.{name}.weight")!;
                return tensor(TensorReader.Floats(adapter.Weights, info), info.Shape.ToArray()).to_type(ScalarType.Float64);
            }

            var squares = linalg.svdvals(Factor("lora_B").matmul(Factor("lora_A"))).data<double>().ToArray().Select(s => s * s).ToList();
            // Float64 throughout; the smallest singular values of the product are rounding.
            Assert.Equal(squares.Sum() * squares.Sum() / squares.Sum(s => s * s), module.EffectiveRank, 1e-6);
            Assert.Equal(2, module.Rank);
            Assert.InRange(module.RankOfEnergy, 1, 2);
        }
    }

    [Fact]
    public void DoRA_whose_update_is_no_product_of_factors_has_none() => Assert.Empty(Spectra.Of(Train("dora"), CancellationToken.None));

    public void Dispose() => _temp.Dispose();

    private string Train(string method)
    {
        _ = Trainer.Train(new TrainingSample(_temp).Request(method, method));
        return _temp.PathTo(method);
    }
}
