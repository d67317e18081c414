using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Training;

namespace Loragate.Tuning.Training;

/// <summary>
/// Where a training lies until it is over: "NAME.partial" beside its output, with the state and at the end the result, which one rename puts in the output's
/// place. The state stays until then, however a run ends. One process at a time works there, and anything that no training left is refused and not touched.
/// </summary>
internal sealed class TrainingWorkspace : IDisposable
{
    /// <summary>The state's file, in the folder.</summary>
    internal const string StateName = "training-state.safetensors";

    private const string Work = "training";
    private const string NextName = StateName + ".next";
    private const string ResultName = "result";

    private readonly OutputLock _claim;
    private readonly Action<Digest>? _made;
    private bool _isOver;

    private TrainingWorkspace(OutputLock claim, Action<Digest>? made) => (_claim, _made) = (claim, made);

    /// <summary>The folder.</summary>
    public string Path => _claim.Partial;

    /// <summary>The state's file.</summary>
    public string StatePath => System.IO.Path.Combine(Path, StateName);

    /// <summary>The file that becomes the state when it is whole.</summary>
    public string NextStatePath => System.IO.Path.Combine(Path, NextName);

    /// <summary>Whether there is a state to go on from.</summary>
    public bool HoldsState => File.Exists(StatePath);

    /// <summary>Takes the workspace of an output, with what an interrupted training left in it.</summary>
    /// <param name="target">The output.</param>
    /// <param name="made">Hears what this training makes by content, before it is in its place; null where nobody asked.</param>
    /// <exception cref="FolderException">Something stands at the output or lies in the workspace that no training left, or another process is at work.</exception>
    public static TrainingWorkspace Open(string target, Action<Digest>? made = null)
    {
        ClearSpent(target);
        var claim = OutputFolder.Claim(target);
        try
        {
            RefuseForeign(claim.Partial);
            claim.Keep(Work);
            return new TrainingWorkspace(claim, made);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>Clears what a training had no time to clear that was killed once its output stood in its place: the state of the very inputs that the receipt there names, or the empty folder. Anything else stays.</summary>
    /// <exception cref="FolderException">Another process is at work there.</exception>
    public static void ClearSpent(string target)
    {
        var receipt = System.IO.Path.Combine(target, TrainingReceipt.FileName);
        var partial = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(target)) + AtomicFile.PartialSuffix;
        if (!File.Exists(receipt) || !File.Exists(System.IO.Path.Combine(partial, StateName)) && !IsEmpty(partial))
            return;
        using var claim = OutputFolder.ClaimStanding(target);
        if (FaultOf(partial) is null && (IsEmpty(partial) || IsOf(claim.Partial, receipt)))
            Clear(claim.Partial);
    }

    /// <summary>Begins the result; what was half saved before is cleared.</summary>
    public OutputFolder BeginResult() => OutputFolder.CreateWithin(_claim, ResultName);

    /// <summary>Tells that the state is about to be replaced by the next one, whose digest is asked only where somebody hears it.</summary>
    /// <param name="digest">The next state's, of the file that is still held open: what somebody puts in its place is vouched for by nobody.</param>
    public void TellNextState(Func<Digest> digest) => _made?.Invoke(digest());

    /// <summary>Tells that the result is about to be put in its place, by its receipt.</summary>
    public void TellResult(TrainingReceipt receipt) => _made?.Invoke(receipt.ComputeDigest());

    /// <summary>The result is in its place: nothing here is needed any more.</summary>
    public void Finish() => _isOver = true;

    /// <summary>Leaves the state, where there is one, and nothing else.</summary>
    public void Dispose()
    {
        if (_isOver || !HoldsState)
            Clear(Path);
        else
            File.Delete(NextStatePath);
        _claim.Dispose();
    }

    /// <summary>The state goes last: by it what a clearing leaves that is killed is known again.</summary>
    private static void Clear(string partial)
    {
        foreach (var entry in new DirectoryInfo(partial).EnumerateFileSystemInfos().Where(entry => entry.Name != StateName).ToList())
        {
            if (entry is DirectoryInfo folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }
        Directory.Delete(partial, recursive: true);
    }

    private static bool IsEmpty(string partial) => Directory.Exists(partial) && !Directory.EnumerateFileSystemEntries(partial).Any();

    private static bool IsOf(string partial, string receipt)
    {
        try
        {
            return TrainingState.RunOf(System.IO.Path.Combine(partial, StateName)) == Digest.Of(RecordJson.Canonical(Record.ReadFile<TrainingReceipt>(receipt).Inputs)).Hex;
        }
        catch (MalformedInputException)
        {
            return false;
        }
    }

    private static void RefuseForeign(string path)
    {
        if (FaultOf(path) is { } odd)
            throw new FolderException(path, $"{odd} no training left there", "Finish or remove what it belongs to, or name another output.");
    }

    /// <summary>What lies there that no training left; null where there is nothing of the kind.</summary>
    private static string? FaultOf(string path)
    {
        if (!System.IO.Path.Exists(path))
            return null;
        string[] own = [StateName, NextName, ResultName, OutputLock.KeeperName];
        return new DirectoryInfo(path) is { Exists: true, LinkTarget: null } folder
            ? folder.EnumerateFileSystemInfos().Where(entry => !own.Contains(entry.Name) || entry.LinkTarget is not null).Select(entry => $"holds '{entry.Name}', which").FirstOrDefault()
            : "is something that";
    }
}
