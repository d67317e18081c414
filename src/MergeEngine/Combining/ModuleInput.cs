using Loragate.MergeEngine.Algebra;
using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Combining;

/// <summary>One module with the factors of every adapter that has it.</summary>
/// <param name="Path">The module's path.</param>
/// <param name="Parts">The factors in the order of the adapters; at least one.</param>
internal sealed record ModuleInput(string Path, IReadOnlyList<ModulePart> Parts)
{
    public int Rows => Parts[0].B.Rows;

    public int Columns => Parts[0].A.Columns;

    /// <summary>[B₁ B₂ …].</summary>
    public Matrix Left => Matrix.SideBySide([.. Parts.Select(p => p.B)]);

    /// <summary>[w₁s₁A₁; w₂s₂A₂; …], so that Left · Right = Σ wᵢsᵢBᵢAᵢ.</summary>
    public Matrix Right => Matrix.Stacked([.. Parts.Select(p => Scaled(p.A, p.Weight * p.Scale))]);

    /// <summary>Reads a module's factors.</summary>
    /// <exception cref="NonFiniteException">A factor holds NaN or an infinity.</exception>
    public static ModuleInput Read(string path, IReadOnlyList<CombineInput> inputs)
    {
        var parts = new List<ModulePart>();
        for (var ordinal = 0; ordinal < inputs.Count; ordinal++)
        {
            var input = inputs[ordinal];
            if (!input.Modules.TryGetValue(path, out var pair))
                continue;
            var file = input.Adapter.Weights;
            parts.Add(new ModulePart(
                ordinal,
                input.Weight,
                pair.Scale,
                new Matrix(pair.Rank, pair.Columns, FactorReader.ReadDoubles(file, pair.A)),
                new Matrix(pair.Rows, pair.Rank, FactorReader.ReadDoubles(file, pair.B))));
        }
        return new ModuleInput(path, parts);
    }

    private static Matrix Scaled(Matrix matrix, double factor) => new(matrix.Rows, matrix.Columns, [.. matrix.Values.Select(v => factor * v)]);
}
