namespace Loragate.EvalHarness.Models.Adapters;

/// <summary>A module's change and the module's place in the matrix that it is part of.</summary>
/// <param name="Change">The change.</param>
/// <param name="FirstRow">The first of the module's rows.</param>
/// <param name="Rows">How many it has.</param>
internal sealed record PlacedChange(LinearChange Change, long FirstRow, long Rows);
