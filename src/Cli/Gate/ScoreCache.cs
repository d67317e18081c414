using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Cli.Output;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;

namespace Loragate.Cli.Gate;

/// <summary>
/// Reports by the question that they answer, each with the run that made it. With a key both are signed as one, for this question alone,
/// and what does not verify is not there.
/// </summary>
/// <param name="folder">The folder of all entries.</param>
/// <param name="key">The gate's key, or null for unsigned entries.</param>
/// <param name="say">Is told of an entry that is not trusted.</param>
internal sealed class ScoreCache(string folder, SigningKey? key, Action<string> say)
{
    private const string LockFile = ".lock";

    private readonly RecordFolder _entries = new(folder, key, new Relay<string>(say));

    public DatedRecord<EvaluationReport>? TryGet(Digest question) =>
        IsLink(question) ? null : _entries.TryRead<EvaluationReport>(ReportFile(question), RunFile(question));

    /// <summary>Keeps an answer. Where another process keeps one to the same question, or did so already, that one stands.</summary>
    public void Put(Digest question, DatedRecord<EvaluationReport> report)
    {
        using var held = TryLock(question);
        if (held is not null && TryGet(question)?.Record.ComputeDigest() != report.Record.ComputeDigest())
            _entries.Write(ReportFile(question), report.Record, RunFile(question), report.Run);
    }

    /// <summary>An answer is several files: of two writers at once, one would sign what the other wrote.</summary>
    private FileStream? TryLock(Digest question)
    {
        if (IsLink(question))
        {
            say($"The cache's entry {question.Abbreviated} is a link: it was not used.");
            return null;
        }
        try
        {
            var entry = Directory.CreateDirectory(Path.Combine(folder, question.Hex));
            return new FileStream(Path.Combine(entry.FullName, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What is written through a link leaves the cache.</summary>
    private bool IsLink(Digest question) => new DirectoryInfo(Path.Combine(folder, question.Hex)).LinkTarget is not null;

    private static string ReportFile(Digest question) => $"{question.Hex}/report.json";

    private static string RunFile(Digest question) => $"{question.Hex}/run.json";
}
