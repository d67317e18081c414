namespace Loragate.Artifacts.Records.Inspecting;

/// <summary>The update of one module: ΔW = s·B·A.</summary>
/// <param name="Module">The module's path.</param>
/// <param name="Rank">r.</param>
/// <param name="Scale">s.</param>
/// <param name="FrobeniusNorm">‖ΔW‖_F.</param>
/// <param name="RelativeNorm">‖ΔW‖_F / ‖W‖_F, where the base was given.</param>
public sealed record ModuleStatistics(string Module, int Rank, double Scale, double FrobeniusNorm, double? RelativeNorm);
