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
    private readonly RecordFolder _entries = new(folder, key, new Relay<string>(say));

    public DatedRecord<EvaluationReport>? TryGet(Digest question) => _entries.TryRead<EvaluationReport>(ReportFile(question), RunFile(question));

    public void Put(Digest question, DatedRecord<EvaluationReport> report) => _entries.Write(ReportFile(question), report.Record, RunFile(question), report.Run);

    private static string ReportFile(Digest question) => $"{question.Hex}/report.json";

    private static string RunFile(Digest question) => $"{question.Hex}/run.json";
}
