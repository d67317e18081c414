namespace Loragate.EvalHarness.Scoring;

/// <summary>A request in a pass.</summary>
/// <param name="Group">Index of its group.</param>
/// <param name="Index">Index in its group.</param>
/// <param name="Path">What is run and scored.</param>
/// <param name="Tree">The tree that holds it.</param>
/// <param name="Nodes">For each target the node in the tree that predicts it.</param>
internal sealed record PlacedRequest(int Group, int Index, TokenPath Path, TokenTree Tree, ArraySegment<int> Nodes);
