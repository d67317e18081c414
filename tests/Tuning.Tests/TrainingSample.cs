using Loragate.Testing;
using Loragate.Tuning.Methods;

namespace Loragate.Tuning;

/// <summary>Small trainings of the sample base in a folder.</summary>
internal sealed class TrainingSample(TempFolder temp)
{
    public static Dictionary<string, TuningMethod> Methods { get; } = new()
    {
        ["lora"] = new LoraMethod { Rank = 2, Dropout = 0.1 },
        ["dora"] = new LoraMethod { Rank = 2, UseDora = true },
        ["full"] = new FullMethod(),
        ["bottleneck"] = new BottleneckMethod { Size = 4 },
        ["prompt"] = new PromptMethod { Tokens = 3 },
    };

    public TrainingRequest Request(string method, string output) => new()
    {
        Base = Sample.Base,
        Weights = Sample.Weights,
        Method = Methods[method],
        Data = [Rows("rows.jsonl", 8, 100)],
        Output = temp.PathTo(output),
        Steps = 7,
        BatchSize = 2,
        Accumulation = 2,
        LearningRate = 1e-3,
        WarmUp = 2,
        CheckpointEvery = 2,
        Threads = 1,
        Version = "test",
        Seed = 1,
    };

    public string Rows(string name, int count, int first)
    {
        var lines = Enumerable.Range(first, count).Select(i => $$"""{"prompt": "Order {{i}} was", "completion": " shipped on day {{i % 7}}."}""");
        return temp.Write(name, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
    }
}
