using Loragate.MergeEngine.Algebra;

namespace Loragate.MergeEngine.Combining;

/// <summary>The factors that a method gives for one module, not rounded yet, and what they stand for.</summary>
/// <param name="B">B, out × r.</param>
/// <param name="A">A, r × in.</param>
/// <param name="Target">What the method defines, in rows; null where it is the factors themselves or the exact sum.</param>
internal sealed record CombinedFactors(Matrix B, Matrix A, RowSource? Target = null)
{
    /// <summary>Whether the method means the exact weighted sum of the inputs' updates.</summary>
    public bool MeansSum { get; init; }

    /// <summary>The singular values that were kept, falling.</summary>
    public IReadOnlyList<double> Kept { get; init; } = [];

    /// <summary>The known ones that were dropped, falling.</summary>
    public IReadOnlyList<double> Dropped { get; init; } = [];
}
