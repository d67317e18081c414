using Loragate.EvalHarness.Models;
using Loragate.Testing;
using Loragate.Tuning.Data;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Optimizing;
using static TorchSharp.torch;

namespace Loragate.Tuning.Training;

public sealed class BatchLossTests
{
    /// <summary>The model of the reference has other positions from 33 tokens on. Float64: what differs is the order of additions.</summary>
    [Fact]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    public void Long_and_short_rows_of_a_batch_have_the_positions_that_each_has_alone()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var model = Sample.Load(SharedFolder.PathTo("vectors", "models", "phi3_longrope"), Precision.Float64);
        using var tuned = new LoraMethod { Rank = 2 }.Start(model, 1);
        Example[] rows = [Row(12), Row(40), Row(20)];
        var alone = rows.Sum(row => BatchLoss.Sum(tuned.Model, [row]));
        Assert.Equal(alone, BatchLoss.Sum(tuned.Model, rows), 1e-9);
        foreach (var recompute in new[] { false, true })
        {
            var apart = GradientsOf(tuned, rows.Select(row => new[] { row }), recompute);
            var together = GradientsOf(tuned, [rows], recompute);
            Assert.All(apart.Zip(together), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 1e-9, atol: 1e-12)));
        }
    }

    private static List<Tensor> GradientsOf(TunedModel tuned, IEnumerable<IReadOnlyList<Example>> batches, bool recompute)
    {
        Gradients.Clear(tuned.Parameters);
        foreach (var batch in batches)
            _ = BatchLoss.Backward(tuned.Model, batch, weight: 1, recompute);
        return [.. tuned.Parameters.Select(p => p.Value.grad!.clone())];
    }

    private static Example Row(int length) => new([.. Enumerable.Range(0, length).Select(i => 3 + (i * 7 % 40))], [.. Enumerable.Range(0, length).Select(i => i > length / 2)]);
}
