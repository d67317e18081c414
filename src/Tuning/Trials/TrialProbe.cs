using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Measuring;
using Loragate.EvalHarness.Models;
using Loragate.Tuning.Methods;

namespace Loragate.Tuning.Trials;

/// <summary>Looks into what trials made: speed beside the base's, live and merged, the changes' spectra, and what each layer's part is worth.</summary>
/// <param name="base">The base.</param>
/// <param name="inputs">What the trials were made from.</param>
/// <param name="meter">Knows the clock and the memory that is free.</param>
/// <param name="cancellation">Stops between passes.</param>
internal sealed class TrialProbe(LanguageModel @base, TrialInputs inputs, CostMeter meter, CancellationToken cancellation)
{
    private const int PromptTokens = 32;
    private const int NewTokens = 16;
    private const int FewestTurns = 5;
    private const int MostTurns = 51;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(4);

    /// <summary>
    /// A cost with the seconds of a generated token: the base's, the trial's live and, of what can be merged, merged, in turns; without them where the context is too short to generate in. Where
    /// memory for a merged copy lacks, with what it would have taken.
    /// </summary>
    public TrialCost Time(TrialCost cost, TrainedTrial trained)
    {
        if (trained.IsWhole)
        {
            using var whole = Load(trained);
            return Time(cost, whole, merged: null);
        }
        using var adapter = trained.OpenAdapter(cancellation);
        using var attached = @base.Attach(adapter);
        if (trained.Trial.Method is not LoraMethod || IsTooShort(attached))
            return Time(cost, attached, merged: null);
        using var copy = MergedCopy.UnlessTooLarge(@base, adapter, meter.CollectAndCountFreeBytes());
        return Time(copy is null ? cost with { LackedBytes = MergedCopy.BytesFor(@base) } : cost, attached, copy?.Model);
    }

    /// <summary>The changes by module; empty where the method changes no weights.</summary>
    public IReadOnlyList<ModuleSpectrum> Spectrum(TrainedTrial trained, IProgress<TrialPart> progress)
    {
        if (trained.Trial.Method is LoraMethod)
        {
            using var adapter = trained.OpenAdapter(cancellation);
            return Spectra.OfAdapter(@base, adapter, progress, cancellation);
        }
        if (!trained.IsWhole)
            return [];
        using var whole = Load(trained);
        return Spectra.OfWhole(@base, whole, progress, cancellation);
    }

    /// <summary>The layers' parts; empty where the method has none that can be left out.</summary>
    public IReadOnlyList<LayerEffect> Layers(TrainedTrial trained, IProgress<TrialPart> progress)
    {
        if (trained.Trial.Method is not LoraMethod)
            return [];
        using var adapter = trained.OpenAdapter(cancellation);
        return LayerEffects.Of(@base, adapter, inputs.Data.Validation!.Examples, progress, cancellation);
    }

    private static bool IsTooShort(LanguageModel model) => PromptTokens + NewTokens > model.MaxLength;

    private LanguageModel Load(TrainedTrial trained)
    {
        using var checkpoint = Checkpoint.Open(trained.Folder);
        return LanguageModel.Load(checkpoint, Precision.Float32, @base.Device, trained.Weights(), cancellation);
    }

    /// <summary>In turns, so that what else the machine does falls on all of them; more of a small model, of which it moves each more.</summary>
    private TrialCost Time(TrialCost cost, LanguageModel live, LanguageModel? merged)
    {
        LanguageModel[] models = merged is null ? [@base, live] : [@base, live, merged];
        if (Array.Exists(models, IsTooShort))
            return cost;
        var (start, turns) = (meter.Clock.GetTimestamp(), new List<double[]>());
        while (turns.Count < FewestTurns || (turns.Count < MostTurns && meter.Clock.GetElapsedTime(start) < Enough))
            turns.Add(Array.ConvertAll(models, SecondsPerToken));
        double Median(int model) => turns.Select(turn => turn[model]).Order().ElementAt(turns.Count / 2);
        return cost with { BaseTokenSeconds = Median(0), TokenSeconds = Median(1), MergedTokenSeconds = merged is null ? null : Median(2) };
    }

    private double SecondsPerToken(LanguageModel model) => SpeedProbe.Measure(model, PromptTokens, NewTokens, repeats: 1, meter.Clock, cancellation).SecondsPerToken;
}
