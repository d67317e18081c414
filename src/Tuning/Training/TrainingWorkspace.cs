using Loragate.Artifacts.Folders;

namespace Loragate.Tuning.Training;

/// <summary>
/// Where a training lies until it is over: "NAME.partial" beside its output, with the state and at the end the result, which one rename puts in the output's
/// place. The state stays until then, however a run ends. One process at a time works there, and anything that no training left is refused and not touched.
/// </summary>
internal sealed class TrainingWorkspace : IDisposable
{
    private const string Work = "training";
    private const string StateName = "training-state.safetensors";
    private const string NextName = StateName + ".next";
    private const string ResultName = "result";

    private readonly OutputLock _claim;
    private bool _isOver;

    private TrainingWorkspace(OutputLock claim) => _claim = claim;

    /// <summary>The folder.</summary>
    public string Path => _claim.Partial;

    /// <summary>The state's file.</summary>
    public string StatePath => System.IO.Path.Combine(Path, StateName);

    /// <summary>The file that becomes the state when it is whole.</summary>
    public string NextStatePath => System.IO.Path.Combine(Path, NextName);

    /// <summary>Whether there is a state to go on from.</summary>
    public bool HoldsState => File.Exists(StatePath);

    /// <summary>Takes the workspace of an output, with what an interrupted training left in it.</summary>
    /// <exception cref="FolderException">Something stands at the output or lies in the workspace that no training left, or another process is at work.</exception>
    public static TrainingWorkspace Open(string target)
    {
        var claim = OutputFolder.Claim(target);
        try
        {
            RefuseForeign(claim.Partial);
            claim.Keep(Work);
            return new TrainingWorkspace(claim);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>Begins the result; what was half saved before is cleared.</summary>
    public OutputFolder BeginResult() => OutputFolder.CreateWithin(_claim, ResultName);

    /// <summary>The result is in its place: nothing here is needed any more.</summary>
    public void Finish() => _isOver = true;

    /// <summary>Leaves the state, where there is one, and nothing else.</summary>
    public void Dispose()
    {
        if (_isOver || !HoldsState)
            Directory.Delete(Path, recursive: true);
        else
            File.Delete(NextStatePath);
        _claim.Dispose();
    }

    private static void RefuseForeign(string path)
    {
        if (!System.IO.Path.Exists(path))
            return;
        string[] own = [StateName, NextName, ResultName, OutputLock.KeeperName];
        var odd = new DirectoryInfo(path) is { Exists: true, LinkTarget: null } folder
            ? folder.EnumerateFileSystemInfos().Where(entry => !own.Contains(entry.Name) || entry.LinkTarget is not null).Select(entry => $"holds '{entry.Name}', which").FirstOrDefault()
            : "is something that";
        if (odd is not null)
            throw new FolderException(path, $"{odd} no training left there", "Finish or remove what it belongs to, or name another output.");
    }
}
