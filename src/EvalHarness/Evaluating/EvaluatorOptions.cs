using Loragate.Artifacts.Checkpoints;
using Loragate.EvalHarness.Models;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>Which model is evaluated, and how it computes.</summary>
public sealed record EvaluatorOptions
{
    /// <summary>The model folder, with its tokenizer.</summary>
    public required string Model { get; init; }

    /// <summary>Every tensor of the folder by content, from a merge receipt or computed by the caller: reports are bound to them, and the bytes that are loaded must have these digests.</summary>
    public required IReadOnlyList<TensorDigest> Weights { get; init; }

    /// <summary>The type to compute in.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>"cpu" or "cuda", "cuda:1".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Passes that a processor computes at once, each on one thread; an accelerator computes one, whatever is said here. No score depends on it.</summary>
    public required int Threads { get; init; }

    /// <summary>Tokens that are run at once.</summary>
    public int TokensPerPass { get; init; } = Scoring.Scorer.DefaultTokensPerPass;

    /// <summary>The build that is named in reports.</summary>
    public required string Version { get; init; }
}
