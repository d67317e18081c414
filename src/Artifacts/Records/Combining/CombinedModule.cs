namespace Loragate.Artifacts.Records.Combining;

/// <summary>
/// One module of a combined adapter. P is the stored product s·B·A, T what the method defines, Σ the exact weighted sum of the inputs'
/// updates; all norms are Frobenius norms, and both distances are measured from the stored factors, their rounding included.
/// </summary>
/// <param name="Module">The module's path.</param>
/// <param name="Adapters">The inputs that have the module, by position.</param>
/// <param name="Rank">r.</param>
/// <param name="Scale">s.</param>
/// <param name="Norm">‖T‖.</param>
/// <param name="Error">‖P − T‖.</param>
/// <param name="SumNorm">‖Σ‖.</param>
/// <param name="DistanceFromSum">‖P − Σ‖.</param>
/// <param name="SingularValues">The singular values that were kept, falling; empty where none were computed.</param>
/// <param name="Dropped">The known singular values that were dropped, falling: all of them where T is a sum of factors, the leading ones otherwise.</param>
public sealed record CombinedModule(
    string Module,
    IReadOnlyList<int> Adapters,
    int Rank,
    double Scale,
    double Norm,
    double Error,
    double SumNorm,
    double DistanceFromSum,
    IReadOnlyList<double> SingularValues,
    IReadOnlyList<double> Dropped);
