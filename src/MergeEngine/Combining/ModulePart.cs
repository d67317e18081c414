using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining;

/// <summary>What one adapter brings to a module: w · s · B · A.</summary>
/// <param name="Ordinal">The adapter's position.</param>
/// <param name="Weight">w.</param>
/// <param name="Scale">s.</param>
/// <param name="A">A, r × in.</param>
/// <param name="B">B, out × r.</param>
internal sealed record ModulePart(int Ordinal, double Weight, double Scale, Matrix A, Matrix B);
