using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Models;
using Loragate.Tuning.Methods;
using Loragate.Tuning.Optimizing;

namespace Loragate.Tuning;

/// <summary>What to tune, on what, and how.</summary>
public sealed record TrainingRequest
{
    /// <summary>The base's folder, with its tokenizer.</summary>
    public required string Base { get; init; }

    /// <summary>Every tensor of the base by content; the bytes that are loaded must have these digests.</summary>
    public required IReadOnlyList<TensorDigest> Weights { get; init; }

    /// <summary>The method.</summary>
    public required TuningMethod Method { get; init; }

    /// <summary>JSONL files of training data, at least one (docs/formats/tuning.v1.md).</summary>
    public required IReadOnlyList<string> Data { get; init; }

    /// <summary>JSONL files of validation data; empty for none.</summary>
    public IReadOnlyList<string> Validation { get; init; } = [];

    /// <summary>The folder to make.</summary>
    public required string Output { get; init; }

    /// <summary>Optimiser steps.</summary>
    public required int Steps { get; init; }

    /// <summary>Rows that are run at once.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Such batches in one step.</summary>
    public int Accumulation { get; init; } = 1;

    /// <summary>The highest learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>How it falls.</summary>
    public Schedule Schedule { get; init; } = Schedule.Cosine;

    /// <summary>Steps until it is reached; null for a twentieth of all.</summary>
    public int? WarmUp { get; init; }

    /// <summary>AdamW's constants.</summary>
    public AdamWOptions Optimizer { get; init; } = new();

    /// <summary>The largest norm of the gradients; null for any.</summary>
    public double? Clip { get; init; } = 1;

    /// <summary>What the model computes in: float32, or its stored bfloat16 beside float32 parameters.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Whether layers are computed again on the way back, for less memory.</summary>
    public bool Recompute { get; init; }

    /// <summary>The most tokens that a row may have; null for what the model's context has.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether a prompt may come again, with the same answer or another.</summary>
    public bool AllowRepeats { get; init; }

    /// <summary>Steps between validations.</summary>
    public int ValidateEvery { get; init; } = 50;

    /// <summary>Validations without a better loss after which training stops; 0 for never.</summary>
    public int Patience { get; init; }

    /// <summary>Steps between checkpoints from which an interrupted run goes on.</summary>
    public int CheckpointEvery { get; init; } = 50;

    /// <summary>Whether what an interrupted run left is thrown away.</summary>
    public bool Fresh { get; init; }

    /// <summary>The seed of everything random.</summary>
    public ulong Seed { get; init; }

    /// <summary>"cpu" or "cuda", "cuda:1".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads; roundings depend on them.</summary>
    public required int Threads { get; init; }

    /// <summary>SHA-256 of the file of the plan that this training is a trial of; null where no plan made it.</summary>
    public Digest? Plan { get; init; }

    /// <summary>The build that is named in the receipt.</summary>
    public required string Version { get; init; }

    /// <summary>Hears each checkpoint and the receipt by content, before it is in its place; null where nobody asked.</summary>
    internal Action<Digest>? Made { get; init; }

    /// <summary>Asked by content whether the checkpoint that was read may be gone on from; null where any may.</summary>
    internal Func<Digest, bool>? MayGoOn { get; init; }

    internal int WarmUpSteps => WarmUp ?? Steps / 20;

    /// <summary>Refuses settings that nothing can be learnt with, all at once.</summary>
    /// <exception cref="TuningException">There are some.</exception>
    internal void Check()
    {
        if (Faults() is { Count: > 0 } faults)
            throw new TuningException("settings", string.Join("; ", faults), "Correct them.");
    }

    /// <summary>The settings that nothing can be learnt with.</summary>
    internal IReadOnlyList<string> Faults()
    {
        (string Name, bool IsSound)[] rules =
        [
            ("no data", Data.Count > 0),
            ("an output inside the base", !IsInside(Output, Base)),
            ("steps below 1", Steps >= 1),
            ("a batch size below 1", BatchSize >= 1),
            ("an accumulation below 1", Accumulation >= 1),
            ("a learning rate that is not positive", double.IsFinite(LearningRate) && LearningRate > 0),
            ("a learning rate whose first step float32 cannot hold", !(LearningRate > 0) || LearningRate / (1 - Optimizer.Beta1) <= float.MaxValue),
            ("an unknown schedule", Enum.IsDefined(Schedule)),
            ("a warm-up outside 0 to below the steps", WarmUpSteps >= 0 && WarmUpSteps < Math.Max(1, Steps)),
            ("a clipping norm that is not positive", Clip is null or (> 0 and <= float.MaxValue)),
            ("a weight decay outside 0 to 1", Optimizer.WeightDecay is >= 0 and <= 1),
            ("validation every 0 steps", ValidateEvery >= 1),
            ("a patience below 0", Patience >= 0),
            ("patience without validation data", Patience == 0 || Validation.Count > 0),
            ("a checkpoint every 0 steps", CheckpointEvery >= 1),
            ("threads below 1", Threads >= 1),
            ("a length below 2", MaxLength is null or >= 2),
            ("float64, which nothing is saved in", Precision != Precision.Float64),
        ];
        return [.. rules.Where(r => !r.IsSound).Select(r => r.Name)];
    }

    internal TrainingSettings Settings(int maxLength) => new(
        Steps, BatchSize, Accumulation, LearningRate, Lower(Schedule), WarmUpSteps, Optimizer.Beta1, Optimizer.Beta2, Optimizer.Epsilon, Optimizer.WeightDecay, Clip,
        Lower(Precision), Recompute, maxLength, AllowRepeats, ValidateEvery, Patience, Seed.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static bool IsInside(string path, string folder) =>
        (Path.GetFullPath(path) + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
