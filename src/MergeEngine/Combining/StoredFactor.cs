using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Algebra;
using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Combining;

/// <summary>A factor as it is stored: rounded once, to nearest even, to its type.</summary>
/// <param name="Bytes">The stored bytes.</param>
/// <param name="Values">The values that they stand for, exactly.</param>
internal sealed record StoredFactor(byte[] Bytes, Matrix Values)
{
    /// <summary>Rounds a factor.</summary>
    /// <exception cref="NonFiniteException">A value is not finite, or does not fit the type.</exception>
    public static StoredFactor Round(Matrix factor, DType type, string place) => type switch
    {
        DType.F32 => Round<Float32Format>(factor, place),
        DType.BF16 => Round<BFloat16Format>(factor, place),
        DType.F16 => Round<Float16Format>(factor, place),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Factors are stored as F32, BF16 or F16."),
    };

    /// <summary>The same values, transposed; nothing is rounded again.</summary>
    public StoredFactor Transpose(DType type) => Round(Values.Transpose(), type, "");

    private static StoredFactor Round<T>(Matrix factor, string place)
        where T : struct, IWeightFormat
    {
        var bytes = new byte[checked(factor.Values.Length * T.Bytes)];
        var values = new Matrix(factor.Rows, factor.Columns);
        for (var i = 0; i < factor.Values.Length; i++)
        {
            var bits = T.RoundOne(factor.Values[i]);
            T.StoreOne(bits, ref bytes[i * T.Bytes]);
            values.Values[i] = T.ToDouble(bits);
            if (!double.IsFinite(values.Values[i]))
                throw new NonFiniteException(place, $"element {i} of the result is {values.Values[i]} in the type of the factors", "Store the factors in a wider type (--dtype float32).");
        }
        return new StoredFactor(bytes, values);
    }
}
