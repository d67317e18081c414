using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Reads factors from an adapter file into doubles, exactly, in the orientation of the stored tensor.</summary>
internal static class FactorReader
{
    /// <summary>The update of one contribution.</summary>
    /// <exception cref="NonFiniteException">A factor holds NaN or an infinity.</exception>
    public static LowRankFactors Read(Contribution contribution)
    {
        var (file, target) = (contribution.Adapter.Weights, contribution.Target);
        var (a, b) = (ReadDoubles(file, target.A), ReadDoubles(file, target.B));
        var (output, input, rank) = ((int)target.B.Shape[0], (int)target.A.Shape[1], target.Rank);
        return target.Layout == StoredLayout.Linear
            ? new LowRankFactors(b, a, rank, input, contribution.Scale)
            : new LowRankFactors(Transpose(a, rank, input), Transpose(b, output, rank), rank, output, contribution.Scale);
    }

    /// <summary>A tensor's values.</summary>
    /// <exception cref="NonFiniteException">One is NaN or infinite.</exception>
    public static double[] ReadDoubles(SafetensorsFile file, TensorInfo tensor)
    {
        var bytes = file.ReadAll(tensor);
        var values = tensor.DType switch
        {
            DType.F32 => Widen<Float32Format>(bytes),
            DType.BF16 => Widen<BFloat16Format>(bytes),
            DType.F16 => Widen<Float16Format>(bytes),
            _ => throw new ArgumentException($"Factors of type {tensor.DType} are refused by the plan.", nameof(tensor)),
        };
        var bad = Array.FindIndex(values, v => !double.IsFinite(v));
        return bad < 0 ? values : throw new NonFiniteException($"{file.Path}, tensor '{tensor.Name}'", $"element {bad} is {values[bad]}");
    }

    private static double[] Widen<T>(ReadOnlySpan<byte> bytes)
        where T : struct, IWeightFormat
    {
        var values = new double[bytes.Length / T.Bytes];
        for (var i = 0; i < values.Length; i++)
            values[i] = T.ToDouble(T.LoadOne(in bytes[i * T.Bytes]));
        return values;
    }

    private static double[] Transpose(double[] matrix, int rows, int columns)
    {
        var result = new double[matrix.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
                result[column * rows + row] = matrix[row * columns + column];
        }
        return result;
    }
}
