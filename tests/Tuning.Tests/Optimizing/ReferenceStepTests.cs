using System.Text.Json;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models;
using Loragate.Testing;
using Loragate.Tuning.Data;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.Tuning.Optimizing;

/// <summary>Steps that PEFT and transformers took from the same beginning on the same batches.</summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class ReferenceStepTests
{
    public static TheoryData<string> Cases => [.. SharedFolder.Folders("vectors", "train")];

    /// <summary>
    /// Losses are sums of float32 terms in another order: a few units in the last place of 6. A weight moves by up to the learning rate a step
    /// whatever the size of its gradient, so where a gradient is almost nothing its rounding counts: a hundredth of one step, 2e-5, is allowed.
    /// </summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void Every_loss_and_norm_and_every_last_weight_is_the_references(string name)
    {
        string At(params string[] parts) => SharedFolder.PathTo(["vectors", "train", name, .. parts]);
        using var steps = JsonDocument.Parse(File.ReadAllBytes(At("steps.json")));
        using var model = Sample.Load(At("..", steps.RootElement.GetProperty("base").GetString()!), Precision.Float32);
        using var tuned = Begin(model, At("initial"));
        using var optimizer = new AdamW(tuned.Parameters, Options(steps.RootElement));
        using var batches = SafetensorsFile.Open(At("batches.safetensors"));
        var losses = Numbers(steps.RootElement, "losses");
        var norms = Numbers(steps.RootElement, "grad_norm");
        for (var step = 0; step < losses.Length; step++)
        {
            var batch = Batch(batches, step);
            Gradients.Clear(tuned.Parameters);
            var count = batch.Sum(e => e.Learnt);
            Assert.Equal(losses[step], BatchLoss.Backward(tuned.Model, batch, 1.0 / count, recompute: false) / count, 5e-6);
            Assert.Equal(norms[step], Gradients.Clip(tuned.Parameters, steps.RootElement.GetProperty("clip").GetDouble()), 1e-5 * norms[step]);
            optimizer.Step(step + 1, steps.RootElement.GetProperty("lr").GetDouble());
            tuned.Renew();
        }
        var final = Directory.EnumerateFiles(At("final"), "*.safetensors").Single();
        Assert.Equal(0, LargestDifference(model, tuned, final), 2e-5);
    }

    private static TunedModel Begin(LanguageModel model, string initial)
    {
        if (!Directory.Exists(initial))
            return new FullMethod().Start(model, 0);
        using var adapter = PeftAdapter.Open(initial);
        var config = adapter.Config;
        var tuned = new LoraMethod { Rank = config.Rank, Alpha = config.Alpha, UseDora = config.UseDora, UseRslora = config.UseRslora, Targets = config.Targets.Names! }.Start(model, 0);
        Assert.Equal(adapter.Weights.Header.Tensors.Select(t => t.Name).Order(StringComparer.Ordinal), tuned.Parameters.Select(p => p.Name).Order(StringComparer.Ordinal));
        using var still = no_grad();
        foreach (var parameter in tuned.Parameters)
            parameter.Value.copy_(tensor(TensorReader.Floats(adapter.Weights, adapter.Weights.Find(parameter.Name)!), parameter.Value.shape));
        tuned.Renew();
        return tuned;
    }

    private static AdamWOptions Options(JsonElement steps) => new(
        steps.GetProperty("betas")[0].GetDouble(), steps.GetProperty("betas")[1].GetDouble(), steps.GetProperty("eps").GetDouble(), steps.GetProperty("weight_decay").GetDouble());

    private static double[] Numbers(JsonElement steps, string key) => [.. steps.GetProperty(key).EnumerateArray().Select(n => n.GetDouble())];

    private static List<Example> Batch(SafetensorsFile batches, int step)
    {
        var shape = batches.Find("input_ids")!.Shape;
        var (rows, length) = ((int)shape[1], (int)shape[2]);
        var (ids, labels) = (TensorReader.Integers(batches, "input_ids"), TensorReader.Integers(batches, "labels"));
        return [.. Enumerable.Range(step * rows, rows).Select(row => new Example(
            [.. ids[(row * length)..((row + 1) * length)].Select(id => (int)id)],
            [.. labels[(row * length)..((row + 1) * length)].Select((label, t) => t > 0 && label != -100)]))];
    }

    private static double LargestDifference(LanguageModel model, TunedModel tuned, string final)
    {
        using var file = SafetensorsFile.Open(final);
        var parts = tuned is FullModel ? model.Weights.ToDictionary(w => w.Name, w => w.Parts) : [];
        var largest = 0.0;
        var compared = 0;
        foreach (var parameter in tuned.Parameters)
        {
            var first = 0L;
            foreach (var (name, rows) in parts.GetValueOrDefault(parameter.Name) ?? [(parameter.Name, parameter.Value.shape[0])])
            {
                var expected = TensorReader.Floats(file, file.Find(name)!);
                var found = TensorReader.Floats(parameter.Value.narrow(0, first, rows));
                largest = Math.Max(largest, expected.Zip(found, (a, b) => Math.Abs((double)a - b)).Max());
                first += rows;
                compared++;
            }
        }
        Assert.Equal(file.Header.Tensors.Count, compared);
        return largest;
    }
}
