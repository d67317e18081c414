namespace Loragate.Tuning.Optimizing;

/// <summary>The constants of <see cref="AdamW"/>.</summary>
/// <param name="Beta1">β₁, the decay of the mean of gradients.</param>
/// <param name="Beta2">β₂, the decay of the mean of their squares.</param>
/// <param name="Epsilon">ε, added to the root.</param>
/// <param name="WeightDecay">λ.</param>
public sealed record AdamWOptions(double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0);
