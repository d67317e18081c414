using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.EvalHarness.Models;
using Loragate.MergeEngine;
using Loragate.MergeEngine.Inspecting;
using Loragate.Testing;
using Loragate.Tuning.Methods;
using static TorchSharp.torch;

namespace Loragate.Tuning;

/// <summary>What the trainer saves is an adapter like anybody's.</summary>
public sealed class SavedAdapterTests : IDisposable
{
    private static readonly Dictionary<string, TuningMethod> Methods = new()
    {
        ["lora"] = new LoraMethod { Rank = 2, RankPattern = [new("0.self_attn.q_proj", 4)], AlphaPattern = [new("down_proj", 3)] },
        ["rslora"] = new LoraMethod { Rank = 2, UseRslora = true, Targets = ["q_proj", "up_proj"] },
        ["dora"] = new LoraMethod { Rank = 2, UseDora = true, Layers = [1, 2] },
        ["bottleneck"] = new BottleneckMethod { Size = 4 },
        ["prompt"] = new PromptMethod { Tokens = 3 },
    };

    private static readonly int[] Tokens = [5, 300, 17, 9, 44];

    private readonly TempFolder _temp = new();

    public static TheoryData<string> Names => [.. Methods.Keys];

    public static TheoryData<string> LowRank => ["lora", "rslora", "dora"];

    [Theory]
    [MemberData(nameof(LowRank))]
    public void A_low_rank_adapter_passes_inspection_merges_and_unmerges_to_the_last_bit(string name)
    {
        var adapter = Train(name);
        var inspection = Inspector.Inspect(new InspectRequest { Adapter = adapter, Base = Sample.Base, Version = "test" });
        Assert.DoesNotContain(inspection.Findings, f => f.Severity == Severity.Block);
        Assert.DoesNotContain(inspection.Findings, f => f.Id is "no-op" or "unknown-key" or "unjudged-file" or "unsigned-file");
        _ = Merger.Merge(new MergeRequest { Base = Sample.Base, Adapters = [new WeightedAdapter(adapter)], Output = _temp.PathTo("merged"), Threads = 1, Version = "test" });
        _ = Unmerger.Unmerge(new UnmergeRequest { Merged = _temp.PathTo("merged"), Output = _temp.PathTo("restored"), Threads = 1, Version = "test" });
        Assert.NotEqual(WeightsOf(Sample.Base), WeightsOf(_temp.PathTo("merged")));
        Assert.Equal(WeightsOf(Sample.Base), WeightsOf(_temp.PathTo("restored")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_saved_adapter_answers_live_as_it_did_in_training(string name)
    {
        var adapter = Train(name);
        using var model = Sample.Load(Sample.Base, Precision.Float32);
        using var opened = PeftAdapter.Open(adapter);
        using var attached = model.Attach(opened);
        using var trained = Methods[name].Start(model, seed: 1);
        using (no_grad())
        {
            foreach (var parameter in trained.Parameters)
                parameter.Value.copy_(tensor(TensorReader.Floats(opened.Weights, opened.Weights.Find(parameter.Name)!), parameter.Value.shape));
        }
        trained.Refresh();
        using var expected = trained.Model.Logits(Tokens, CancellationToken.None);
        using var found = attached.Logits(Tokens, CancellationToken.None);
        using var ofBase = model.Logits(Tokens, CancellationToken.None);
        // Float32 throughout; only DoRA is put together in another order of operations.
        Assert.InRange((found - expected).abs().max().item<float>(), 0, 1e-4);
        Assert.InRange((found - ofBase).abs().max().item<float>(), 1e-2, double.MaxValue);
    }

    public void Dispose() => _temp.Dispose();

    private static Digest WeightsOf(string folder) => TensorDigest.OfWeights(Sample.WeightsOf(folder));

    private string Train(string name)
    {
        var lines = Enumerable.Range(0, 8).Select(i => $$"""{"prompt": "Order {{i}} was", "completion": " shipped on day {{i % 7}}."}""");
        _ = Trainer.Train(new TrainingRequest
        {
            Base = Sample.Base,
            Weights = Sample.Weights,
            Method = Methods[name],
            Data = [_temp.Write("rows.jsonl", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)))],
            Output = _temp.PathTo("adapter"),
            Steps = 4,
            BatchSize = 4,
            LearningRate = 0.02,
            Threads = 1,
            Version = "test",
            Seed = 1,
        });
        return _temp.PathTo("adapter");
    }
}
