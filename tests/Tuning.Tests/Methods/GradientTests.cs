using Loragate.EvalHarness.Models;
using Loragate.Tuning.Data;
using Loragate.Tuning.Optimizing;
using Loragate.Tuning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.Tuning.Methods;

/// <summary>
/// Central differences in float64: with h = 1e-4 their error is h²/6 times a third derivative, and the rounding of a loss of 60 over 2h about 1e-10.
/// Both are below a millionth of the largest gradient of a tensor, or a billionth where that is tiny.
/// </summary>
public sealed class GradientTests
{
    private const double Step = 1e-4;
    private const int Coordinates = 6;

    private static readonly Example[] Batch =
    [
        new([0, 35, 80, 411, 5, 19], [false, false, false, true, true, true]),
        new([7, 300, 12, 9], [false, true, false, true]),
    ];

    private static readonly Dictionary<string, TuningMethod> Methods = new()
    {
        ["lora"] = new LoraMethod { Rank = 3 },
        ["lora of some layers and ranks"] = new LoraMethod { Rank = 2, UseRslora = true, Targets = ["q_proj", "down_proj"], Layers = [1, 3], RankPattern = [new("3.self_attn.q_proj", 4)], AlphaPattern = [new("down_proj", 5)] },
        ["lora with dropout"] = new LoraMethod { Rank = 3, Dropout = 0.3 },
        ["dora"] = new LoraMethod { Rank = 3, UseDora = true },
        ["dora with dropout"] = new LoraMethod { Rank = 3, UseDora = true, UseRslora = true, Dropout = 0.3 },
        ["full"] = new FullMethod(),
        ["bottleneck"] = new BottleneckMethod { Size = 5 },
        ["prompt"] = new PromptMethod { Tokens = 4 },
    };

    public static TheoryData<string> Names => [.. Methods.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Gradients_equal_finite_differences_whether_layers_are_computed_again_or_not(string name)
    {
        using var model = Sample.Load(Sample.Base, Precision.Float64);
        using var tuned = Methods[name].Start(model, seed: 1);
        Stir(tuned);
        tuned.Refresh();
        tuned.SetDropout(7);
        _ = BatchLoss.Backward(tuned.Model, Batch, weight: 1, recompute: false);
        var kept = tuned.Parameters.Select(p => p.Value.grad!.clone()).ToList();
        Gradients.Clear(tuned.Parameters);
        _ = BatchLoss.Backward(tuned.Model, Batch, weight: 1, recompute: true);
        for (var i = 0; i < kept.Count; i++)
        {
            var largest = kept[i].abs().max().item<double>();
            Assert.True(tuned.Parameters[i].Value.grad!.allclose(kept[i], rtol: 1e-9, atol: 1e-12), tuned.Parameters[i].Name);
            foreach (var at in Picked(kept[i]))
                Assert.Equal(Difference(tuned, tuned.Parameters[i].Value, at), kept[i].view(-1)[at].item<double>(), Math.Max(1e-9, 1e-6 * largest));
        }
    }

    [Fact]
    public void A_method_begins_as_its_base()
    {
        using var model = Sample.Load(Sample.Base, Precision.Float64);
        var before = BatchLoss.Sum(model, Batch);
        foreach (var method in Methods.Values.Where(m => m is not PromptMethod))
        {
            using var tuned = method.Start(model, seed: 1);
            Assert.Equal(before, BatchLoss.Sum(tuned.Model, Batch), 1e-9);
        }
    }

    /// <summary>Moves every parameter a little, so that none of them is at its beginning, where many gradients are zero.</summary>
    private static void Stir(TunedModel tuned)
    {
        using var still = no_grad();
        using var step = 0.02.ToScalar();
        var generator = new Generator(5);
        foreach (var parameter in tuned.Parameters)
            parameter.Value.add_(randn(parameter.Value.shape, dtype: ScalarType.Float64, generator: generator), step);
    }

    /// <summary>The coordinates of the largest gradients, where a wrong term shows, and some others.</summary>
    private static IEnumerable<long> Picked(Tensor gradient) =>
        gradient.abs().view(-1).topk(Coordinates / 2).indexes.data<long>().ToArray().Concat(Enumerable.Range(0, Coordinates / 2).Select(i => i * 7919L % gradient.numel()));

    private static double Difference(TunedModel tuned, Tensor parameter, long at)
    {
        using var step = Step.ToScalar();
        using var forward = 1.ToScalar();
        using var back = (-1).ToScalar();
        double At(Scalar way, Scalar home)
        {
            Move(way);
            var loss = BatchLoss.Sum(tuned.Model, Batch);
            Move(home);
            return loss;
        }

        void Move(Scalar way)
        {
            using var still = no_grad();
            parameter.view(-1)[at].add_(step, way);
        }

        return (At(forward, back) - At(back, forward)) / (2 * Step);
    }
}
