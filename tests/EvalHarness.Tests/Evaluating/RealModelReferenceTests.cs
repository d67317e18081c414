using System.Globalization;
using Loragate.EvalHarness.Tasks;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>
/// The real model on real data against lm-evaluation-harness, item by item. LORAGATE_ITEMS sets how many documents of each task are
/// scored: 10 unless told otherwise, 0 for all (about half an hour on two cores).
/// </summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class RealModelReferenceTests(RealModel model)
{
    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (var name in SharedFolder.Folders("reference").Where(n => n != "tasks"))
            {
                foreach (var file in SharedFolder.Files("reference", name).Where(f => f.EndsWith(".jsonl", StringComparison.Ordinal) && !f.Contains(".batch", StringComparison.Ordinal)))
                    runs.Add(name, Path.GetFileNameWithoutExtension(file));
            }
            return runs;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Runs))]
    public void Every_score_of_the_real_model_is_the_reference_harnesses(string name, string taskName)
    {
        Assert.SkipUnless(model.Fault is null, model.Fault ?? "");
        var task = Load(taskName);
        var reference = ReferenceItem.Read(SharedFolder.PathTo("reference", name, taskName + ".jsonl"));
        var asked = int.Parse(Environment.GetEnvironmentVariable("LORAGATE_ITEMS") ?? "10", CultureInfo.InvariantCulture);
        var report = model.Of(name).Evaluate(task, new EvaluationScope(SharedFolder.PathTo(), asked == 0 ? reference.Count : Math.Min(asked, reference.Count)));
        Conformance.Assert(report, reference);
    }

    private static EvaluationTask Load(string taskName)
    {
        try
        {
            return EvaluationTask.Load(SharedFolder.PathTo("reference", "tasks", taskName + ".yaml"));
        }
        catch (TaskException refusal)
        {
            Assert.Skip($"Refused by name in this build: {refusal.Fault}");
            throw;
        }
    }
}
