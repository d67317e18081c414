namespace Loragate.Artifacts.Records.Training;

/// <summary>How long, how fast and in which order was learnt.</summary>
/// <param name="Steps">Optimiser steps that were planned.</param>
/// <param name="BatchSize">Rows that are run at once.</param>
/// <param name="Accumulation">Such batches in one step.</param>
/// <param name="LearningRate">The highest learning rate.</param>
/// <param name="Schedule">"cosine", "linear" or "constant".</param>
/// <param name="WarmUp">Steps until the highest rate is reached.</param>
/// <param name="Beta1">AdamW's β₁.</param>
/// <param name="Beta2">AdamW's β₂.</param>
/// <param name="Epsilon">AdamW's ε.</param>
/// <param name="WeightDecay">AdamW's λ.</param>
/// <param name="Clip">The largest norm of the gradients; null for any.</param>
/// <param name="Precision">"float32", or "stored": what the model computes in.</param>
/// <param name="Recompute">Whether layers were computed again on the way back.</param>
/// <param name="MaxLength">The most tokens that a row may have.</param>
/// <param name="AllowRepeats">Whether a prompt may come again.</param>
/// <param name="ValidateEvery">Steps between validations.</param>
/// <param name="Patience">Validations without a better loss after which training stops; 0 for never.</param>
/// <param name="Seed">The seed, as decimal text.</param>
public sealed record TrainingSettings(
    int Steps,
    int BatchSize,
    int Accumulation,
    double LearningRate,
    string Schedule,
    int WarmUp,
    double Beta1,
    double Beta2,
    double Epsilon,
    double WeightDecay,
    double? Clip,
    string Precision,
    bool Recompute,
    int MaxLength,
    bool AllowRepeats,
    int ValidateEvery,
    int Patience,
    string Seed);
