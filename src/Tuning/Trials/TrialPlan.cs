using Loragate.Artifacts;

namespace Loragate.Tuning.Trials;

/// <summary>Which ways of tuning are tried on which data, and at what expense (docs/formats/trial.v1.md).</summary>
public sealed record TrialPlan
{
    /// <summary>Its name, for people.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the plan's file.</summary>
    public required Digest Digest { get; init; }

    /// <summary>The training data.</summary>
    public required IReadOnlyList<string> Data { get; init; }

    /// <summary>The data by whose loss trials are chosen.</summary>
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

    /// <summary>The seed of every trial.</summary>
    public required ulong Seed { get; init; }

    /// <summary>η of successive halving: of the trials of a round, one in η goes on; null where every trial is run to its end.</summary>
    public required int? Halving { get; init; }

    /// <summary>The most steps of all trials together; null for no limit.</summary>
    public required int? Budget { get; init; }

    /// <summary>What the machine draws while it trains, for the estimate of energy; null for none.</summary>
    public required double? Watts { get; init; }

    /// <summary>The trials.</summary>
    public required IReadOnlyList<Trial> Trials { get; init; }

    /// <summary>The rounds in which the trials are run.</summary>
    public IReadOnlyList<Round> Rounds => Round.Of(Trials.Count, Steps, Halving);

    /// <summary>Steps of all rounds.</summary>
    public int PlannedSteps => Halving is null ? Trials.Sum(t => t.Steps ?? Steps) : Rounds.Sum(r => r.Trials * r.Steps);
}
