namespace Loragate.Artifacts.Records.Combining;

/// <summary>How adapters were combined, with every parameter that changes the answer.</summary>
/// <param name="Name">The method: "cat", "svd", "peft-ties" …</param>
/// <param name="Rank">The rank that was asked for, null where the method has none.</param>
/// <param name="Density">The share of elements that is kept, null where nothing is pruned.</param>
/// <param name="MajoritySign">"total" or "frequency", null where no sign is elected.</param>
/// <param name="Seed">The seed of everything random, as decimal text; null where nothing is random.</param>
public sealed record CombinationMethod(string Name, int? Rank, double? Density, string? MajoritySign, string? Seed);
