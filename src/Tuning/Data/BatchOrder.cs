using Loragate.Artifacts;

namespace Loragate.Tuning.Data;

/// <summary>Which rows each batch has: every row once an epoch, shuffled by seed and epoch (Fisher and Yates), batch after batch across epochs.</summary>
/// <param name="rows">How many rows there are.</param>
/// <param name="batch">Rows of a batch.</param>
/// <param name="seed">The seed.</param>
internal sealed class BatchOrder(int rows, int batch, ulong seed)
{
    private long _epoch = -1;
    private int[] _order = [];

    /// <summary>The rows of batch number <paramref name="index"/>, from 0.</summary>
    public IReadOnlyList<int> Batch(long index) => [.. Enumerable.Range(0, batch).Select(i => At((index * batch) + i))];

    private int At(long position)
    {
        var epoch = position / rows;
        if (epoch != _epoch)
            (_epoch, _order) = (epoch, Shuffled(epoch));
        return _order[position % rows];
    }

    private int[] Shuffled(long epoch)
    {
        var stream = Philox.Stream("order", seed, "epoch", checked((int)epoch));
        int[] order = [.. Enumerable.Range(0, rows)];
        for (var i = rows - 1; i > 0; i--)
        {
            var j = stream.Below(i + 1, (ulong)i);
            (order[i], order[j]) = (order[j], order[i]);
        }
        return order;
    }
}
