using Loragate.Artifacts.Folders;

namespace Loragate.Tuning.Training;

/// <summary>
/// Where a training lies until it is over: "NAME.partial" beside its output, with a lock, the state and at the end the result, which one rename puts in the
/// output's place. The state stays until then, however a run ends. One training at a time works there: the system frees its lock when it dies. Anything that no
/// training left is refused and not touched.
/// </summary>
internal sealed class TrainingWorkspace : IDisposable
{
    private const string LockName = "training.lock";
    private const string StateName = "training-state.safetensors";
    private const string NextName = StateName + ".next";
    private const string ResultName = "result";

    private readonly string _target;
    private readonly FileStream _held;
    private bool _isOver;

    private TrainingWorkspace(string target, string path, FileStream held) => (_target, Path, _held) = (target, path, held);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The state's file.</summary>
    public string StatePath => At(StateName);

    /// <summary>The file that becomes the state when it is whole.</summary>
    public string NextStatePath => At(NextName);

    /// <summary>Whether there is a state to go on from.</summary>
    public bool HoldsState => File.Exists(StatePath);

    /// <summary>Takes the workspace of an output, with what an interrupted training left in it.</summary>
    /// <exception cref="FolderException">Something stands at the output or lies in the workspace that no training left, or another training is at work.</exception>
    public static TrainingWorkspace Open(string target)
    {
        var path = OutputFolder.PartialOf(target);
        RefuseForeign(path);
        Directory.CreateDirectory(path);
        var workspace = new TrainingWorkspace(target, path, Lock(path));
        try
        {
            _ = OutputFolder.PartialOf(target); // The training that held the lock until now may have finished it.
            return workspace;
        }
        catch
        {
            workspace.Dispose();
            throw;
        }
    }

    /// <summary>Begins the result; what was half saved before is cleared.</summary>
    public OutputFolder BeginResult() => OutputFolder.CreateAt(At(ResultName), _target);

    /// <summary>The result is in its place: nothing here is needed any more.</summary>
    public void Finish() => _isOver = true;

    /// <summary>Leaves the state, where there is one, and nothing else.</summary>
    public void Dispose()
    {
        _held.Dispose();
        if (!Directory.Exists(Path))
            return;
        File.Delete(NextStatePath);
        if (_isOver || !HoldsState)
            Directory.Delete(Path, recursive: true);
    }

    private string At(string name) => System.IO.Path.Combine(Path, name);

    private static void RefuseForeign(string path)
    {
        if (!System.IO.Path.Exists(path))
            return;
        string[] own = [LockName, StateName, NextName, ResultName];
        var odd = new DirectoryInfo(path) is { Exists: true, LinkTarget: null } folder
            ? folder.EnumerateFileSystemInfos().Where(entry => !own.Contains(entry.Name) || entry.LinkTarget is not null).Select(entry => $"holds '{entry.Name}', which").FirstOrDefault()
            : "is something that";
        if (odd is not null)
            throw new FolderException(path, $"{odd} no training left there", "Finish or remove what it belongs to, or name another output.");
    }

    private static FileStream Lock(string path)
    {
        var file = System.IO.Path.Combine(path, LockName);
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException) when (File.Exists(file))
        {
            throw new FolderException(path, "another training writes this output", "Wait for it, or name another output.");
        }
    }
}
