using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Measuring;
using Loragate.EvalHarness.Models;
using Loragate.Tuning.Methods;

namespace Loragate.Tuning.Trials;

/// <summary>Looks into what trials made: speed beside the base's, the updates' spectra, and what each layer's part is worth.</summary>
/// <param name="base">The base.</param>
/// <param name="inputs">What the trials were made from.</param>
/// <param name="clock">The clock.</param>
/// <param name="cancellation">Stops between passes.</param>
internal sealed class TrialProbe(LanguageModel @base, TrialInputs inputs, TimeProvider clock, CancellationToken cancellation)
{
    private const int PromptTokens = 32;
    private const int NewTokens = 16;
    private const int Repeats = 3;

    /// <summary>A cost with the seconds of a generated token: the base's, and the trial's right after it; without them where the context is too short to generate in.</summary>
    public TrialCost Time(TrialCost cost, Trial trial, string folder)
    {
        var ofBase = SecondsPerToken(@base);
        if (trial.Method is FullMethod)
        {
            using var checkpoint = Checkpoint.Open(folder);
            using var whole = LanguageModel.Load(checkpoint, Precision.Float32, @base.Device, cancellation);
            return cost with { TokenSeconds = SecondsPerToken(whole), BaseTokenSeconds = ofBase };
        }
        using var adapter = PeftAdapter.Open(folder, cancellation);
        using var attached = @base.Attach(adapter);
        return cost with { TokenSeconds = SecondsPerToken(attached), BaseTokenSeconds = ofBase };
    }

    /// <summary>The updates by module; empty where the method has none of low rank.</summary>
    public IReadOnlyList<ModuleSpectrum> Spectrum(Trial trial, string folder) => trial.Method is LoraMethod ? Spectra.Of(folder, cancellation) : [];

    /// <summary>The layers' parts; empty where the method has none that can be left out.</summary>
    public IReadOnlyList<LayerEffect> Layers(Trial trial, string folder) => trial.Method is LoraMethod ? LayerEffects.Of(@base, folder, inputs.Data.Validation!.Examples, cancellation) : [];

    private double? SecondsPerToken(LanguageModel model) =>
        PromptTokens + NewTokens <= model.MaxLength ? SpeedProbe.Measure(model, PromptTokens, NewTokens, Repeats, clock, cancellation).SecondsPerToken : null;
}
