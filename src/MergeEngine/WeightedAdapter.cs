namespace Loragate.MergeEngine;

/// <summary>An adapter folder and its weight.</summary>
/// <param name="Folder">The adapter folder.</param>
/// <param name="Weight">The factor on its scale; 1 merges it as it was trained, −1 subtracts it.</param>
public sealed record WeightedAdapter(string Folder, double Weight = 1);
