using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Models;
using Loragate.EvalHarness.Tasks;
using Loragate.MergeEngine;
using Loragate.Testing;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Remote;

/// <summary>The sample's base and good adapter: computed here, and served by a server of our own.</summary>
internal sealed class ServedSample : IDisposable
{
    private static readonly string BaseFolder = Path.Combine(Repository.PathTo("samples"), "base");

    private readonly List<IDisposable> _open = [];

    public ServedSample()
    {
        Base = LanguageModel.Load(Checkpoint, Precision.Float32, CPU, Cancellation);
        Good = Attach("routing-good");
        Evaluator = Evaluator.Open(new EvaluatorOptions { Model = BaseFolder, Weights = WeightsDigest.ComputeTensors(BaseFolder, 1), Threads = 1, Version = "test" });
        Attached = Evaluator.Attach(Adapter("routing-good"), Cancellation);
        Probe = Attached.MakeProbe(Cancellation);
        StandIn = new VllmStandIn(Base);
        StandIn.Serve(Name, Good);
    }

    public static string Samples { get; } = Repository.PathTo("samples");

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public TempFolder Temp { get; } = new();

    public Checkpoint Checkpoint { get; } = Checkpoint.Open(BaseFolder);

    public LanguageModel Base { get; }

    public LanguageModel Good { get; }

    public Evaluator Evaluator { get; }

    /// <summary>The base with the good adapter beside it.</summary>
    public Evaluator Attached { get; }

    public AdapterProbe Probe { get; }

    public VllmStandIn StandIn { get; }

    /// <summary>What the good adapter must be served as.</summary>
    public string Name => RemoteModel.NameOf(Attached.Model.AdapterDigest!.Value);

    public static string Adapter(string name) => Path.Combine(Samples, "adapters", name);

    public static RemoteOptions Options(VllmStandIn standIn) =>
        new() { Address = standIn.Address, BaseModel = VllmStandIn.BaseId, InFlight = 3, Timeout = TimeSpan.FromSeconds(30), FirstPause = TimeSpan.FromMilliseconds(1), Clock = TimeProvider.System };

    public static EvaluationQuestion Question(string task, int limit) =>
        EvaluationQuestion.Read(EvaluationTask.Load(Path.Combine(Samples, "tasks", task + ".yaml")), new EvaluationScope(Samples, limit));

    public RemoteModel Prove(Evaluator evaluator)
    {
        var server = new RemoteServer(Options(StandIn));
        _open.Insert(0, server);
        return RemoteModel.Prove(server, evaluator.Model, Probe, Cancellation);
    }

    public LanguageModel Attach(string nameOrFolder, Func<string, bool>? isIgnored = null)
    {
        using var adapter = PeftAdapter.Open(Adapter(nameOrFolder), Cancellation);
        var model = isIgnored is null ? Base.Attach(adapter) : Base.AttachWithout(adapter, isIgnored);
        _open.Add(model);
        return model;
    }

    /// <summary>The good adapter with factors of the head besides, of which head and MLPs move the answers little beside the rest.</summary>
    public string WithHead()
    {
        const float scale = 0.2f;
        const string head = "base_model.model.lm_head.lora_";
        var folder = Temp.Copy(Adapter("routing-good"), "with-head");
        var weights = Path.Combine(folder, PeftAdapter.WeightsFile);
        using var good = PeftAdapter.Open(Adapter("routing-good"), Cancellation);
        var random = new Random(3);
        List<(TensorPlan Plan, byte[] Bytes)> tensors =
        [
            .. good.Weights.Header.Tensors.Select(tensor => (new TensorPlan(tensor.Name, tensor.DType, [.. tensor.Shape]), good.Weights.ReadAll(tensor))),
            .. new[] { (Part: "A", Rows: 8L, Columns: 128L), (Part: "B", Rows: (long)Base.VocabularySize, Columns: 8L) }
                .Select(factor => (new TensorPlan($"{head}{factor.Part}.weight", DType.F32, [factor.Rows, factor.Columns]), Random(factor.Rows * factor.Columns))),
        ];
        File.Delete(weights);
        using var writer = SafetensorsWriter.Create(weights, [.. tensors.Select(tensor => tensor.Plan)], new Dictionary<string, string>());
        foreach (var (plan, bytes) in tensors)
            writer.Write(plan.Name, 0, bytes);
        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapter_config.json")))!;
        config["target_modules"]!.AsArray().Add("lm_head");
        config["alpha_pattern"] = new JsonObject { ["down_proj"] = 2 };
        File.WriteAllText(Path.Combine(folder, "adapter_config.json"), config.ToJsonString());
        return folder;

        byte[] Random(long count) => [.. Enumerable.Range(0, (int)count).SelectMany(_ => BitConverter.GetBytes(scale * (float)(random.NextDouble() - 0.5)))];
    }

    public void Dispose()
    {
        StandIn.Dispose();
        Attached.Dispose();
        Evaluator.Dispose();
        _open.ForEach(one => one.Dispose());
        Base.Dispose();
        Checkpoint.Dispose();
        Temp.Dispose();
    }
}
