using System.Buffers;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Reads factors from an adapter file into doubles, exactly.</summary>
/// <param name="file">The adapter's weights.</param>
internal sealed class FactorReader(SafetensorsFile file)
{
    /// <summary>A tensor's values, row-major.</summary>
    /// <exception cref="NonFiniteException">One is NaN or infinite.</exception>
    public double[] Read(TensorInfo tensor) => ReadDoubles(file, tensor);

    /// <summary>Elements from <paramref name="first"/> on, into <paramref name="values"/>.</summary>
    /// <exception cref="NonFiniteException">One is NaN or infinite.</exception>
    public void Read(TensorInfo tensor, long first, Span<double> values)
    {
        var size = tensor.DType.Bits / 8;
        var rented = ArrayPool<byte>.Shared.Rent(values.Length * size);
        var bytes = rented.AsSpan(0, values.Length * size);
        file.Read(tensor, first * size, bytes);
        StoredValues.Widen(tensor.DType, bytes, values);
        ArrayPool<byte>.Shared.Return(rented);
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i]))
                throw Fault(file, tensor, first + i, values[i]);
        }
    }

    /// <summary>A tensor's values.</summary>
    /// <exception cref="NonFiniteException">One is NaN or infinite.</exception>
    public static double[] ReadDoubles(SafetensorsFile file, TensorInfo tensor)
    {
        var values = new double[tensor.Elements];
        new FactorReader(file).Read(tensor, 0, values);
        return values;
    }

    private static NonFiniteException Fault(SafetensorsFile file, TensorInfo tensor, long at, double value) =>
        new($"{file.Path}, tensor '{tensor.Name}'", $"element {at} is {value}", "Train the adapter again.");
}
