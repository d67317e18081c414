namespace Loragate.EvalHarness.Tests.Models;

/// <summary>Tests that compare bits: Torch's thread count is the process's, so they run one after the other.</summary>
[CollectionDefinition(nameof(Torch))]
public sealed class Torch;
