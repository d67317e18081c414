using Loragate.MergeEngine.Kernels;
using static TorchSharp.torch;

namespace Loragate.MergeEngine.Devices.Torch;

/// <summary>Single elements of a block that the kernels look at: their places in ascending order, and their updates.</summary>
internal sealed class PickedElements
{
    private readonly int _first;
    private readonly TensorWork _work;
    private readonly double[] _factors;
    private readonly double[][] _updates;
    private readonly double[] _deltas;
    private int _next;

    /// <summary>Takes the elements of a mask (rows, columns) off the device.</summary>
    public PickedElements(int first, TensorWork work, double[] factors, Tensor mask, Tensor[] updates)
    {
        (_first, _work, _factors, _deltas) = (first, work, factors, new double[updates.Length]);
        using var scope = NewDisposeScope();
        var places = mask.flatten().nonzero().flatten();
        Places = [.. Transfer.Read<long>(places).Select(p => (int)p)];
        _updates = [.. updates.Select(u => Transfer.Read<double>(u.take(places)))];
    }

    /// <summary>The elements' places in the block, row-major.</summary>
    public int[] Places { get; }

    /// <summary>The terms of the next element, as of a row with one column; valid until the next call.</summary>
    public RowTerms Next()
    {
        var (row, column) = Math.DivRem(Places[_next], _work.View.Columns);
        for (var j = 0; j < _deltas.Length; j++)
            _deltas[j] = _updates[j][_next];
        _next++;
        return new RowTerms(_deltas, 1, _work.Scaling switch
        {
            null => 1,
            { IsByColumn: true } => _factors[column],
            _ => _factors[_first + row],
        });
    }
}
