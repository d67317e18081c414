using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Measuring;
using Loragate.EvalHarness.Models;
using Loragate.Tuning.Methods;
using static TorchSharp.torch;

namespace Loragate.Tuning.Trials;

/// <summary>Looks into what trials made: speed beside the base's, the updates' spectra, and what each layer's part is worth. The base's weights are loaded once.</summary>
internal sealed class TrialProbe : IDisposable
{
    private const int PromptTokens = 32;
    private const int NewTokens = 16;
    private const int Repeats = 3;

    private readonly TrialRequest _request;
    private readonly TrialInputs _inputs;
    private readonly TimeProvider _clock;
    private readonly CancellationToken _cancellation;
    private readonly LanguageModel _base;

    public TrialProbe(TrialRequest request, TrialInputs inputs, TimeProvider clock, CancellationToken cancellation)
    {
        (_request, _inputs, _clock, _cancellation) = (request, inputs, clock, cancellation);
        using var checkpoint = Checkpoint.Open(request.Base);
        _base = LanguageModel.Load(checkpoint, Precision.Float32, new Device(request.Device), request.Weights, cancellation);
    }

    /// <summary>A cost with the seconds of a generated token: the base's, and the trial's right after it; without them where the context is too short to generate in.</summary>
    public TrialCost Time(TrialCost cost, Trial trial, string folder)
    {
        var ofBase = SecondsPerToken(_base);
        if (trial.Method is FullMethod)
        {
            using var checkpoint = Checkpoint.Open(folder);
            using var whole = LanguageModel.Load(checkpoint, Precision.Float32, new Device(_request.Device), _cancellation);
            return cost with { TokenSeconds = SecondsPerToken(whole), BaseTokenSeconds = ofBase };
        }
        using var adapter = PeftAdapter.Open(folder, _cancellation);
        using var attached = _base.Attach(adapter);
        return cost with { TokenSeconds = SecondsPerToken(attached), BaseTokenSeconds = ofBase };
    }

    /// <summary>The updates by module; empty where the method has none of low rank.</summary>
    public IReadOnlyList<ModuleSpectrum> Spectrum(Trial trial, string folder) => trial.Method is LoraMethod ? Spectra.Of(folder, _cancellation) : [];

    /// <summary>The layers' parts; empty where the method has none that can be left out.</summary>
    public IReadOnlyList<LayerEffect> Layers(Trial trial, string folder) => trial.Method is LoraMethod ? LayerEffects.Of(_base, folder, _inputs.Data.Validation!.Examples, _cancellation) : [];

    public void Dispose() => _base.Dispose();

    private double? SecondsPerToken(LanguageModel model) =>
        PromptTokens + NewTokens <= model.MaxLength ? SpeedProbe.Measure(model, PromptTokens, NewTokens, Repeats, _clock, _cancellation).SecondsPerToken : null;
}
