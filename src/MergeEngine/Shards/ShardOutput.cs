using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Shards;

/// <summary>
/// A weight file while it is written: opened with its first tensor, forced to the disk with its last. An untouched one shares the source's blocks
/// where the file system can; then its tensors are not written, but hashed all the same. Thread-safe.
/// </summary>
internal sealed class ShardOutput : IDisposable
{
    private readonly Shard _shard;
    private readonly string _path;
    private readonly Lazy<SafetensorsFile?> _clone;
    private readonly Lazy<SafetensorsWriter> _writer;
    private int _left;

    /// <param name="shard">What is written.</param>
    /// <param name="folder">Where its file goes; it must not be there yet.</param>
    public ShardOutput(Shard shard, string folder)
    {
        (_shard, _path, _left) = (shard, Path.Combine(folder, shard.Name), shard.Tensors.Count);
        _clone = new Lazy<SafetensorsFile?>(Clone);
        _writer = new Lazy<SafetensorsWriter>(() => SafetensorsWriter.CreateLike(_path, shard.Header));
    }

    /// <summary>Takes the tensors that are not passed through.</summary>
    public SafetensorsWriter Writer => _writer.Value;

    /// <summary>Passes a tensor through unchanged and returns the digest of what is written.</summary>
    public Digest Pass(CheckpointTensor tensor, Action<long> progress, CancellationToken cancellationToken)
    {
        if (_clone.Value is { } clone)
            return new CheckpointTensor(clone.Find(tensor.Name)!, clone).ComputeDigest(progress, cancellationToken);
        return tensor.ComputeDigest(
            (offset, block) =>
            {
                Writer.Write(tensor.Name, offset, block);
                progress(block.Length);
            },
            cancellationToken);
    }

    /// <summary>Counts a tensor as done; true for the last one, once the file is on the disk and closed.</summary>
    public bool Finish()
    {
        if (Interlocked.Decrement(ref _left) > 0)
            return false;
        if (_clone is { IsValueCreated: true, Value: not null })
            PosixFile.SyncFile(_path);
        else
            Writer.Flush();
        Dispose();
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_clone.IsValueCreated)
            _clone.Value?.Dispose();
        if (_writer.IsValueCreated)
            _writer.Value.Dispose();
    }

    private SafetensorsFile? Clone()
    {
        if (!_shard.IsUntouched || !PosixFile.TryClone(_shard.Source.Path, _path))
            return null;
        var clone = SafetensorsFile.Open(_path);
        if (clone.ReadRawHeader().AsSpan().SequenceEqual(_shard.Header))
            return clone;
        clone.Dispose();
        throw new IntegrityException(_shard.Source.Path, "changed while it was read");
    }
}
