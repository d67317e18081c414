using Loragate.Artifacts.Checkpoints;

namespace Loragate.MergeEngine.Streaming;

/// <summary>Reads a tensor's rows in ascending order, from 0 on, many at a time: one read a block, not one a row.</summary>
/// <param name="tensor">The tensor.</param>
/// <param name="rows">Its rows.</param>
/// <param name="rowBytes">Bytes of a row.</param>
internal sealed class RowReader(CheckpointTensor tensor, int rows, int rowBytes)
{
    private readonly int _rowsAtOnce = Math.Clamp(RowStream.BlockBytes / Math.Max(1, rowBytes), 1, Math.Max(1, rows));
    private byte[] _block = [];

    /// <summary>A row, valid until the next call.</summary>
    public ReadOnlySpan<byte> Row(int row)
    {
        var inBlock = row % _rowsAtOnce;
        if (inBlock == 0)
        {
            var bytes = Math.Min(_rowsAtOnce, rows - row) * rowBytes;
            if (_block.Length < bytes)
                _block = new byte[bytes];
            tensor.Read((long)row * rowBytes, _block.AsSpan(0, bytes));
        }
        return _block.AsSpan(inBlock * rowBytes, rowBytes);
    }
}
