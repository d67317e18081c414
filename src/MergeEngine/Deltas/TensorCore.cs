namespace Loragate.MergeEngine.Deltas;

/// <summary>The core of a Tucker form, X[i, (p,k)] = Σⱼ t[i,j,k]·w[j,p], j ascending, each product rounded (LyCORIS, make_weight_cp).</summary>
internal static class TensorCore
{
    /// <summary>Expands a core by its second mode.</summary>
    /// <param name="core">t, (r, r, k…), row-major.</param>
    /// <param name="rank">r.</param>
    /// <param name="factor">w, (r, p), row-major.</param>
    /// <returns>X, (r, p·k), row-major.</returns>
    public static double[] Expand(double[] core, int rank, double[] factor)
    {
        var (width, kernel) = (factor.Length / rank, core.Length / rank / rank);
        var result = new double[rank * width * kernel];
        for (var i = 0; i < rank; i++)
        {
            for (var j = 0; j < rank; j++)
            {
                for (var p = 0; p < width; p++)
                {
                    for (var k = 0; k < kernel; k++)
                        result[(i * width + p) * kernel + k] += core[(i * rank + j) * kernel + k] * factor[j * width + p];
                }
            }
        }
        return result;
    }

    /// <summary>The transpose of a (rows × columns) matrix.</summary>
    public static double[] Transpose(double[] matrix, int rows)
    {
        var columns = matrix.Length / rows;
        var result = new double[matrix.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                result[column * rows + row] = matrix[row * columns + column];
        }
        return result;
    }
}
