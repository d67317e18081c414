using System.Buffers;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Kernels;

/// <summary>Reads factors from an adapter file into doubles, exactly.</summary>
/// <param name="file">The adapter's weights.</param>
internal sealed class FactorReader(SafetensorsFile file)
{
    private const int BlockElements = 1 << 18;

    /// <summary>A tensor's values, row-major.</summary>
    /// <exception cref="NonFiniteException">One is NaN or infinite.</exception>
    public double[] Read(TensorInfo tensor) => ReadDoubles(file, tensor);

    /// <summary>Elements from <paramref name="first"/> on, into <paramref name="values"/>.</summary>
    /// <exception cref="NonFiniteException">One is NaN or infinite.</exception>
    public void Read(TensorInfo tensor, long first, Span<double> values)
    {
        var size = tensor.DType.Bits / 8;
        var rented = ArrayPool<byte>.Shared.Rent(Math.Min(values.Length, BlockElements) * size);
        for (var done = 0; done < values.Length; done += BlockElements)
        {
            var block = values.Slice(done, Math.Min(BlockElements, values.Length - done));
            var bytes = rented.AsSpan(0, block.Length * size);
            file.Read(tensor, (first + done) * size, bytes);
            StoredValues.Widen(tensor.DType, bytes, block);
            for (var i = 0; i < block.Length; i++)
            {
                if (!double.IsFinite(block[i]))
                    throw Fault(file, tensor, first + done + i, block[i]);
            }
        }
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Hands a tensor's values on in blocks, in order, so that its size costs no memory; ends early where <paramref name="look"/> says false.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="look">Sees the number of the block's first element and its values.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <returns>Whether <paramref name="look"/> said true of every block.</returns>
    /// <exception cref="NonFiniteException">A value is NaN or infinite.</exception>
    public bool All(TensorInfo tensor, Func<long, ReadOnlySpan<double>, bool> look, CancellationToken cancellationToken)
    {
        var values = new double[Math.Min(tensor.Elements, BlockElements)];
        for (var first = 0L; first < tensor.Elements; first += values.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var block = values.AsSpan(0, (int)Math.Min(values.Length, tensor.Elements - first));
            Read(tensor, first, block);
            if (!look(first, block))
                return false;
        }
        return true;
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
        new($"{file.Path}, tensor '{tensor.Name}'", $"element {at} is {value}");
}
