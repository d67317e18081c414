using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>The sample on a GPU, where there is one; <c>bench/gpu.sh</c> asks more of a machine without .NET.</summary>
public sealed class CudaTests
{
    private static readonly string Samples = Repository.PathTo("samples");

    [Theory]
    [InlineData(Precision.Float32, EngineNoise.Float32)]
    [InlineData(Precision.Stored, EngineNoise.BFloat16)]
    public void A_gpu_scores_as_the_processor_within_the_noise_of_the_type(Precision precision, double noise)
    {
        Assert.SkipUnless(TorchSharp.torch.cuda.is_available(), "No CUDA: build with -p:Torch=cuda on a machine that has a GPU.");
        var (there, here) = (LogLikelihoods("cuda", precision), LogLikelihoods("cpu", precision));
        Assert.All(there.Zip(here), pair => Assert.InRange(pair.First - pair.Second, -noise, noise));
    }

    private static double[] LogLikelihoods(string device, Precision precision)
    {
        var folder = Path.Combine(Samples, "base");
        using var evaluator = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 1), Precision = precision, Device = device, Threads = 2, Version = "test" });
        var question = EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(Samples, "tasks", "sample_routing.yaml")), new EvaluationScope(Samples, 60));
        return [.. evaluator.Evaluate(question, null, TestContext.Current.CancellationToken).Items.SelectMany(item => item.LogLikelihoods)];
    }
}
