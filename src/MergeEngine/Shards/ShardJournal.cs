using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine.Shards;

/// <summary>
/// Keeps the <see cref="Journal"/> of an unfinished output in that output, so that the same command goes on where an interrupted one stopped.
/// </summary>
internal sealed class ShardJournal
{
    private const string FolderName = "journal";
    private const string FileName = "journal.json";
    private const string PartSuffix = ".undo";

    private readonly OutputFolder _output;
    private readonly Digest _task;
    private readonly string _folder;
    private readonly Lock _lock = new();
    private List<FinishedShard> _finished;

    private ShardJournal(OutputFolder output, Digest task, string folder)
    {
        (_output, _task, _folder) = (output, task, folder);
        _finished = Read();
    }

    /// <summary>The shards that are complete: at first those that an earlier run of the same task left, as it says.</summary>
    public IReadOnlyList<FinishedShard> Finished => _finished;

    /// <summary>Opens an output's journal, or starts it.</summary>
    /// <param name="output">The output.</param>
    /// <param name="task">What is done there; what was done for another task does not count.</param>
    public static ShardJournal Open(OutputFolder output, Digest task)
    {
        var folder = Path.Combine(output.Path, UndoFormat.Folder, FolderName);
        Directory.CreateDirectory(folder);
        return new ShardJournal(output, task, folder);
    }

    /// <summary>The file of a shard's part of the side-car.</summary>
    public string PartOf(string shard) => PathTo(shard + PartSuffix);

    /// <summary>Begins to write with these shards complete; whatever else lies in the output is removed.</summary>
    public void Begin(IReadOnlyList<FinishedShard> finished)
    {
        _finished = [.. finished];
        if (_finished.Count > 0)
            Write();
        else
            File.Delete(PathTo(FileName));
        Sweep();
    }

    /// <summary>Notes a shard that is on the disk. Thread-safe.</summary>
    public void Add(FinishedShard shard)
    {
        lock (_lock)
        {
            PosixFile.SyncFolder(_output.Path);
            _finished.Add(shard);
            Write();
        }
    }

    /// <summary>Does work on the output; where it is interrupted and is to be resumed, the complete shards stay.</summary>
    public T Interruptible<T>(bool resumes, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (OperationCanceledException)
        {
            if (resumes)
                Keep();
            throw;
        }
    }

    /// <summary>Removes the journal from an output that is complete.</summary>
    public void Close() => Directory.Delete(_folder, recursive: true);

    /// <summary>Leaves the complete shards, and nothing else, for a run that goes on from here.</summary>
    private void Keep()
    {
        if (_finished.Count == 0)
            return;
        Sweep();
        _output.Keep();
    }

    private string PathTo(string name) => Path.Combine(_folder, name);

    private List<FinishedShard> Read()
    {
        var path = PathTo(FileName);
        try
        {
            return File.Exists(path) && Record.ReadFile<Journal>(path) is var journal && journal.Task == _task && journal.Holds() ? [.. journal.Shards] : [];
        }
        catch (RecordException)
        {
            return [];
        }
    }

    private void Write() => AtomicFile.Write(PathTo(FileName), Journal.Of(_task, _finished).ToCanonicalJson());

    private void Sweep()
    {
        var names = _finished.Select(shard => shard.File).ToHashSet(StringComparer.Ordinal);
        RemoveAllBut(_output.Path, [.. names, UndoFormat.Folder]);
        RemoveAllBut(Path.Combine(_output.Path, UndoFormat.Folder), [FolderName]);
        RemoveAllBut(_folder, [.. names.Select(name => name + PartSuffix), FileName]);
    }

    private static void RemoveAllBut(string folder, HashSet<string> names)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().Where(e => !names.Contains(e.Name)).ToList())
        {
            if (entry is DirectoryInfo subfolder)
                subfolder.Delete(recursive: true);
            else
                entry.Delete();
        }
    }
}
