using Loragate.Artifacts;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

public sealed class EvaluatorTests
{
    private static readonly string Samples = Repository.PathTo("samples");

    [Fact]
    public void Weights_that_change_after_they_were_vouched_for_are_never_scored()
    {
        using var temp = new TempFolder();
        var folder = temp.Copy(Path.Combine(Samples, "base"), "base");
        using var evaluator = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 2), Threads = 1, Version = "test" });
        var weights = Path.Combine(folder, "model.safetensors");
        using (var stream = new FileStream(weights, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.Position = stream.Length - 2;
            stream.WriteByte(0x3F);
        }
        var task = EvaluationTask.Load(Path.Combine(Samples, "tasks", "sample_facts.yaml"));
        var refusal = Assert.Throws<IntegrityException>(() => evaluator.Evaluate(EvaluationQuestion.Read(task, new EvaluationScope(Samples, Limit: 1))));
        Assert.StartsWith(weights, refusal.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_is_bound_to_the_weights_digest_of_the_tensors()
    {
        var folder = Path.Combine(Samples, "base");
        using var evaluator = Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 2), Threads = 1, Version = "test" });
        Assert.Equal(WeightsDigest.Compute(folder, 2), evaluator.Model.WeightsDigest);
    }
}
