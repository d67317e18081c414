using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Gate;

/// <summary>
/// Reports by the question that they answer, with the run that made them. With a key both are signed, and what does not verify is not there.
/// </summary>
/// <param name="folder">The folder of all entries.</param>
/// <param name="key">The gate's key, or null for unsigned entries.</param>
/// <param name="say">Is told of an entry that is not trusted.</param>
internal sealed class ScoreCache(string folder, SigningKey? key, Action<string> say)
{
    private const string ReportFile = "report.json";
    private const string RunFile = "run.json";
    private const string LockFile = ".lock";
    private const string SignatureSuffix = ".sigstore.json";

    public (EvaluationReport Report, Run Run)? TryGet(Digest question)
    {
        var entry = Path.Combine(folder, question.Hex);
        return TryRead<EvaluationReport>(Path.Combine(entry, ReportFile)) is { } report && TryRead<Run>(Path.Combine(entry, RunFile)) is { } run ? (report, run) : null;
    }

    /// <summary>Keeps an answer. Where another process keeps one to the same question, or did so already, that one stands.</summary>
    public void Put(Digest question, EvaluationReport report, Run run)
    {
        var entry = Path.Combine(folder, question.Hex);
        Directory.CreateDirectory(entry);
        using var held = TryLock(entry);
        if (held is null || TryGet(question)?.Report.ComputeDigest() == report.ComputeDigest())
            return;
        Write(Path.Combine(entry, RunFile), run);
        Write(Path.Combine(entry, ReportFile), report);
    }

    /// <summary>A run and its signature are two files: of two writers at once, one would sign what the other wrote.</summary>
    private static FileStream? TryLock(string entry)
    {
        try
        {
            return new FileStream(Path.Combine(entry, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private void Write(string path, Record record)
    {
        if (key is not null)
            AtomicFile.Write(path + SignatureSuffix, RecordSignature.Sign(record, key));
        AtomicFile.Write(path, record.ToCanonicalJson());
    }

    private T? TryRead<T>(string path)
        where T : Record
    {
        if (!File.Exists(path))
            return null;
        var bytes = File.ReadAllBytes(path);
        if (key is not null && !(File.Exists(path + SignatureSuffix) && RecordSignature.Verify(bytes, File.ReadAllBytes(path + SignatureSuffix), key.Public, path).IsValid))
        {
            say($"{path} was not reused: it is not signed with the gate's key.");
            return null;
        }
        try
        {
            return Record.Parse<T>(bytes, path);
        }
        catch (RecordException e)
        {
            say($"{path} was not reused: {e.Fault}.");
            return null;
        }
    }
}
