using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Cli.Output;
using Loragate.EvalHarness.Measuring;
using Loragate.EvalHarness.Models;

namespace Loragate.Cli.Measuring;

/// <summary>Measures models on this machine, one after the other: each is loaded, timed and let go.</summary>
internal sealed class ModelMeter(Tool tool, string device)
{
    private const string Procedure = "float32/greedy/1";

    /// <summary>Measures the models.</summary>
    /// <exception cref="ModelException">A model cannot be loaded, or prompt and new tokens do not fit it.</exception>
    public Measurement Measure(IReadOnlyList<MeteredModel> models, MeterPlan plan, CancellationToken cancellationToken) => new(
        EngineOf(device), Environment.ProcessorCount, plan.PromptTokens, plan.NewTokens, plan.Repeats, [.. models.Select(model => Take(model, plan, cancellationToken))]);

    /// <summary>Whether a measurement is one of these models by this build on this device.</summary>
    public bool IsOf(Measurement measurement, IReadOnlyList<MeteredModel> models) =>
        measurement.Engine == EngineOf(device) && measurement.Models.Select(model => (model.Form, model.WeightsDigest)).SequenceEqual(models.Select(model => (model.Form, model.Weights)));

    private static EngineInfo EngineOf(string device) => new("loragate.measure", Tool.Version, Procedure, device.Split(':')[0]);

    private MeasuredModel Take(MeteredModel model, MeterPlan plan, CancellationToken cancellationToken)
    {
        using var line = new ProgressLine(tool.Screen, $"Measuring {model.Form.ToString().ToLowerInvariant()}");
        using var checkpoint = Checkpoint.Open(model.Folder);
        using var weights = LanguageModel.Load(checkpoint, Precision.Float32, new TorchSharp.torch.Device(device), cancellationToken);
        using var adapter = model.Adapter is null ? null : PeftAdapter.Open(model.Adapter, cancellationToken);
        using var attached = adapter is null ? null : weights.Attach(adapter);
        var speed = SpeedProbe.Measure(attached ?? weights, plan.PromptTokens, plan.NewTokens, plan.Repeats, tool.Clock, cancellationToken);
        return new MeasuredModel(model.Form, model.Weights, adapter?.Identity.Digest, speed.FirstTokenSeconds, speed.SecondsPerToken, Bytes(weights, adapter));
    }

    /// <summary>What weights and live adapter take, both as float32.</summary>
    private static long Bytes(LanguageModel weights, PeftAdapter? adapter) =>
        sizeof(float) * (weights.Weights.Sum(weight => weight.Value.NumberOfElements) + (adapter?.Weights.Header.Tensors.Sum(tensor => tensor.Elements) ?? 0));
}
