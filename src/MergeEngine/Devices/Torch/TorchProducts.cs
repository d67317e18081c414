using Loragate.MergeEngine.Algebra;
using static TorchSharp.torch;

namespace Loragate.MergeEngine.Devices.Torch;

/// <summary>
/// Products on a device of Torch, one rank-one term after the other: Torch's own matrix product adds in an order that is its own. A term that
/// is exact or not is rounded before it is added, as the kernels do.
/// </summary>
/// <param name="name">The device's name, for errors.</param>
/// <param name="device">The device.</param>
/// <param name="memory">Bytes that tensors may take.</param>
internal sealed class TorchProducts(string name, Device device, long memory) : OrderedProducts
{
    /// <inheritdoc/>
    public override void Multiply(ReadOnlySpan<double> a, int rows, Matrix b, Span<double> c)
    {
        // Of A a row, and of C a row of the sum and one of a term.
        var atOnce = RowsAtOnce(b.Values.LongLength, b.Rows + 2L * b.Columns);
        for (var done = 0; done < rows; done += atOnce)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(atOnce, rows - done);
            var left = Transfer.Load(a.Slice(done * b.Rows, count * b.Rows), count, b.Rows, device);
            var right = Transfer.Load(b.Values, b.Rows, b.Columns, device);
            var sum = zeros(count, b.Columns, float64, device);
            for (var k = 0; k < b.Rows; k++)
            {
                using var column = left.narrow(1, k, 1);
                using var row = right.narrow(0, k, 1);
                AddTerm(sum, column, row);
            }
            Store(sum, c.Slice(done * b.Columns, count * b.Columns));
        }
    }

    /// <inheritdoc/>
    public override void AddTransposed(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int rows, Matrix c)
    {
        var atOnce = RowsAtOnce(2 * c.Values.LongLength, c.Rows + (long)c.Columns);
        for (var done = 0; done < rows; done += atOnce)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(atOnce, rows - done);
            var left = Transfer.Load(a.Slice(done * c.Rows, count * c.Rows), count, c.Rows, device);
            var right = Transfer.Load(b.Slice(done * c.Columns, count * c.Columns), count, c.Columns, device);
            var sum = Transfer.Load(c.Values, c.Rows, c.Columns, device);
            for (var k = 0; k < count; k++)
            {
                using var row = left.narrow(0, k, 1);
                using var column = row.t();
                using var other = right.narrow(0, k, 1);
                AddTerm(sum, column, other);
            }
            Store(sum, c.Values);
        }
    }

    private static void AddTerm(Tensor sum, Tensor column, Tensor row)
    {
        using var term = column.mul(row);
        sum.Add(term);
    }

    private static void Store(Tensor values, Span<double> target) => Transfer.Read<double>(values).CopyTo(target);

    /// <summary>Rows that fit beside what is there for all of them; both in doubles.</summary>
    private int RowsAtOnce(long fixedSize, long rowSize)
    {
        var needed = (fixedSize + rowSize) * sizeof(double);
        return memory >= needed
            ? (int)Math.Min(int.MaxValue, (memory / sizeof(double) - fixedSize) / rowSize)
            : throw new DeviceException(name, $"a product needs {needed} bytes on the device for one row, and each of those at work may take {memory}", "Allow more with --device-memory.");
    }
}
