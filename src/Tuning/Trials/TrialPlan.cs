using Loragate.Artifacts;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Models;
using Loragate.Tuning.Optimizing;

namespace Loragate.Tuning.Trials;

/// <summary>Which ways of tuning are tried on which data, and at what expense (docs/formats/trial.v1.md).</summary>
public sealed record TrialPlan
{
    /// <summary>Its name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>The plan's file, byte for byte.</summary>
    public required ReadOnlyMemory<byte> File { get; init; }

    /// <summary>SHA-256 of the plan's file.</summary>
    public Digest Digest => Digest.Of(File.Span);

    /// <summary>The training data.</summary>
    public required IReadOnlyList<string> Data { get; init; }

    /// <summary>The data by whose loss a trial's step is saved, and trials go on.</summary>
    public required IReadOnlyList<string> Validation { get; init; }

    /// <summary>What the tuned model is for.</summary>
    public required TrialTask Task { get; init; }

    /// <summary>What it must not forget; null where nothing is measured.</summary>
    public required TrialTask? Retained { get; init; }

    /// <summary>The folder that data files of tasks are relative to.</summary>
    public required string DataRoot { get; init; }

    /// <summary>Optimiser steps of a trial that is run to its end and has none of its own.</summary>
    public required int Steps { get; init; }

    /// <summary>Rows of a step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Such batches in one step.</summary>
    public required int Accumulation { get; init; }

    /// <summary>What the models compute in while they are trained; they are scored in float32.</summary>
    public required Precision Precision { get; init; }

    /// <summary>Whether layers are computed again on the way back, for less memory.</summary>
    public required bool Recompute { get; init; }

    /// <summary>The seed of every trial.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Whether a prompt may come again in the data, with the same answer or another.</summary>
    public required bool AllowRepeats { get; init; }

    /// <summary>How the learning rate falls.</summary>
    public required Schedule Schedule { get; init; }

    /// <summary>The share of a trial's steps until its rate is reached; null for the trainer's own.</summary>
    public required double? WarmUp { get; init; }

    /// <summary>η of successive halving: of the trials of a method, one in η goes on to the next round; null where every trial is run to its end.</summary>
    public required int? Halving { get; init; }

    /// <summary>How many trials of a method are run to their end where the plan halves.</summary>
    public required int Finalists { get; init; }

    /// <summary>The most steps of all trials together; null for no limit.</summary>
    public required int? Budget { get; init; }

    /// <summary>What the machine draws while it trains, for the estimate of energy; null for none.</summary>
    public required double? Watts { get; init; }

    /// <summary>The trials.</summary>
    public required IReadOnlyList<Trial> Trials { get; init; }

    /// <summary>The rounds in which the trials are run.</summary>
    public IReadOnlyList<PlannedRound> Rounds
    {
        get
        {
            var trials = Trials.CountBy(t => t.Method.Name).ToDictionary(StringComparer.Ordinal);
            return Halving is { } eta ? Trials.Count == 0 ? [] : Loragate.Tuning.Trials.Halving.Rounds(trials, Steps, eta, Finalists) : [new PlannedRound(Steps, trials)];
        }
    }

    /// <summary>What it allows, as the report tells it.</summary>
    public TrialMargins Margins => new(Task.Margin, Retained?.Margin ?? 0);

    /// <summary>What is run, as the report tells it.</summary>
    public PlannedTrials Planned => new(
        Trials.GroupBy(trial => trial.Method.Name).ToDictionary(method => method.Key, method => (IReadOnlyList<string>)[.. method.Select(trial => trial.Id)], StringComparer.Ordinal), Rounds, Budget);

    /// <summary>Steps of all rounds.</summary>
    public long PlannedSteps => Halving is null ? Trials.Sum(t => (long)(t.Steps ?? Steps)) : Rounds.Sum(r => (long)r.Trials.Values.Sum() * r.Steps);
}
