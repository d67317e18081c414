using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Cli.Output;
using Loragate.EvalHarness.Measuring;
using Loragate.EvalHarness.Models;

namespace Loragate.Cli.Measuring;

/// <summary>Measures models on this machine, one after the other: each is loaded, timed and let go.</summary>
internal sealed class ModelMeter(Tool tool, string device, Precision precision)
{
    /// <summary>Measures the models.</summary>
    /// <exception cref="ModelException">A model cannot be loaded, or prompt and new tokens do not fit it.</exception>
    public Measurement Measure(IReadOnlyList<MeteredModel> models, MeterPlan plan, CancellationToken cancellationToken) => new(
        Engine, Environment.ProcessorCount, plan.PromptTokens, plan.NewTokens, plan.Repeats, [.. models.Select(model => Take(model, plan, cancellationToken)).OfType<MeasuredModel>()]);

    /// <summary>Whether a measurement is one of these models by this build on this device, in this type.</summary>
    public bool IsOf(Measurement measurement, IReadOnlyList<MeteredModel> models) =>
        measurement.Engine == Engine
        && new[] { models, models.Where(model => !model.MayLack) }.Any(asked => measurement.Models.Select(model => (model.Form, model.WeightsDigest)).SequenceEqual(asked.Select(model => (model.Form, model.Weights))));

    private EngineInfo Engine => new("loragate.measure", Tool.Version, $"{precision.ToString().ToLowerInvariant()}/greedy/1", device.Split(':')[0]);

    private MeasuredModel? Take(MeteredModel model, MeterPlan plan, CancellationToken cancellationToken)
    {
        using var line = new ProgressLine(tool.Screen, $"Measuring {model.Form.ToString().ToLowerInvariant()}");
        using var checkpoint = Checkpoint.Open(model.Folder);
        using var weights = LanguageModel.Load(checkpoint, precision, new TorchSharp.torch.Device(device), cancellationToken);
        using var adapter = model.Adapter is null ? null : PeftAdapter.Open(model.Adapter, cancellationToken);
        using var attached = adapter is null ? null : Attach(weights, adapter, model.MayLack);
        if (attached is null && adapter is not null)
            return null;
        var speed = SpeedProbe.Measure(attached ?? weights, plan.PromptTokens, plan.NewTokens, plan.Repeats, tool.Clock, cancellationToken);
        return new MeasuredModel(model.Form, model.Weights, adapter?.Identity.Digest, speed.FirstTokenSeconds, speed.SecondsPerToken, Bytes(weights, adapter));
    }

    /// <summary>The adapter beside its base; null, and that said, where it may lack and is none that is computed live.</summary>
    private LanguageModel? Attach(LanguageModel weights, PeftAdapter adapter, bool mayLack)
    {
        try
        {
            return weights.Attach(adapter);
        }
        catch (ModelException fault) when (mayLack)
        {
            tool.Screen.Say($"The base with the adapter beside it is not measured: {fault.Message}");
            return null;
        }
    }

    /// <summary>What the weights take, and a live adapter, which is float32 in every precision.</summary>
    private static long Bytes(LanguageModel weights, PeftAdapter? adapter) =>
        weights.Weights.Sum(weight => weight.Value.NumberOfElements * weight.Value.ElementSize) + sizeof(float) * (adapter?.Weights.Header.Tensors.Sum(tensor => tensor.Elements) ?? 0);
}
