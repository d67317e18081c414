using Loragate.Tuning.Methods;

namespace Loragate.Tuning.Trials;

/// <summary>One way of tuning that is tried.</summary>
/// <param name="Id">Its name, which tells all that the plan's trials differ in: "lora-r8-lr0.004".</param>
/// <param name="Method">The method.</param>
/// <param name="LearningRate">The highest learning rate.</param>
/// <param name="Steps">Steps of its own; null for the round's.</param>
public sealed record Trial(string Id, TuningMethod Method, double LearningRate, int? Steps = null);
