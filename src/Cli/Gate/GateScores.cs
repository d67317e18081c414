using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Merging;
using Loragate.Cli.Evaluating;
using Loragate.Cli.Verbs;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Exchange;
using Loragate.Governance.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;

namespace Loragate.Cli.Gate;

/// <summary>
/// The scores of a gate. A report of the dossier, or of the shared cache, is taken only if it answers exactly this question (engine,
/// weights, tokenizer, task, rows) and, with a key, verifies under it.
/// </summary>
internal sealed class GateScores(
    Tool tool, GateRequest request, Dossier dossier, IReadOnlyDictionary<string, EvaluationQuestion> tasks, SigningKey? key)
{
    private readonly ScoreCache? _cache = request.Cache is null ? null : new ScoreCache(request.Cache, key, tool.Screen.Say);

    /// <summary>The oldest run that evidence comes from: freshness is judged by it.</summary>
    public Run OldestRun { get; private set; } = dossier.Run;

    /// <summary>Without a merge there are no scores, and none of an earlier run stay.</summary>
    public IReadOnlyDictionary<string, FiledRecord<EvaluationReport>> None(Func<string, string> file)
    {
        foreach (var name in tasks.Keys)
            dossier.RemoveReport(file(name));
        return new Dictionary<string, FiledRecord<EvaluationReport>>();
    }

    /// <summary>The base's reports by task; tells of rows that no model can answer.</summary>
    public IReadOnlyDictionary<string, FiledRecord<EvaluationReport>> OfBase(MergeReceipt receipt, CancellationToken cancellationToken)
    {
        return Of(request.Base, null, receipt.Base, receipt, receipt.Inputs, "base", Dossier.BaseReportFile, Tell, cancellationToken);

        void Tell(EvaluationQuestion question, EvaluationReport report)
        {
            if (UnanswerableRows.InWords(question, report) is { } rows)
                tool.Screen.Say(rows);
        }
    }

    /// <summary>The candidate's reports by task: of the merge, or, by a server, of the adapter live beside the base.</summary>
    /// <param name="merged">The merged folder.</param>
    /// <param name="adapter">The gate's copy of the adapter.</param>
    /// <param name="receipt">The merge's receipt.</param>
    /// <param name="cancellationToken">Stops between layers.</param>
    public IReadOnlyDictionary<string, FiledRecord<EvaluationReport>> OfCandidate(string merged, string adapter, MergeReceipt receipt, CancellationToken cancellationToken) => request.Remote is null
        ? Of(merged, null, receipt.Output, receipt, receipt.OutputTensors(), "candidate", Dossier.CandidateReportFile, null, cancellationToken)
        : Of(request.Base, adapter, receipt.Base, receipt, receipt.Inputs, "candidate", Dossier.CandidateReportFile, null, cancellationToken);

    private SortedDictionary<string, FiledRecord<EvaluationReport>> Of(string model, string? adapter, CheckpointIdentity identity, MergeReceipt receipt, IReadOnlyList<TensorDigest> weights, string who, Func<string, string> file, Action<EvaluationQuestion, EvaluationReport>? scored, CancellationToken cancellationToken)
    {
        using var whole = Evaluator.Open(new EvaluatorOptions { Model = model, Weights = weights, Precision = request.Precision, Device = CommonOptions.DeviceOf(request.Device), Threads = Tool.Threads, Version = Tool.Version });
        Check(whole.Model, model, identity, receipt);
        using var attached = adapter is null ? null : whole.Attach(adapter, cancellationToken);
        using var asked = AskedModel.Open(tool, attached ?? whole, request.Remote, key, cancellationToken);
        var imported = request.Imported is null ? null : HarnessRun.Open(Path.Combine(request.Imported, who));
        var reports = new SortedDictionary<string, FiledRecord<EvaluationReport>>(StringComparer.Ordinal);
        foreach (var (name, question) in tasks.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            var report = Imported(asked.Evaluator, question, imported) ?? Earlier(asked, question, file(name)) ?? Evaluate(asked, question, file(name), $"Scoring {name} ({who})", cancellationToken);
            scored?.Invoke(question, report.Record);
            dossier.WriteReport(file(name), report);
            if (report.Run.Created < OldestRun.Created)
                OldestRun = report.Run;
            reports.Add(name, new FiledRecord<EvaluationReport>(file(name), report.Record));
        }
        return reports;
    }

    /// <summary>Weights alone do not make a model: its config and tokenizer, as the evaluator read them, are the receipt's too.</summary>
    /// <exception cref="IntegrityException">They were changed after the merge.</exception>
    internal static void Check(EvaluatedModel read, string folder, CheckpointIdentity identity, MergeReceipt receipt)
    {
        if (read.ConfigDigest != identity.ConfigDigest)
            throw new IntegrityException(Path.Combine(folder, Checkpoint.ConfigFile), $"SHA-256 {read.ConfigDigest} where the merge receipt says {identity.ConfigDigest}: it was changed while the gate ran");
        if (read.TokenizerDigest != receipt.TokenizerDigest())
            throw new IntegrityException(folder, "the tokenizer (tokenizer.json, tokenizer_config.json, generation_config.json) is not the one of the merge receipt: it was changed while the gate ran");
    }

    private DatedRecord<EvaluationReport>? Imported(Evaluator evaluator, EvaluationQuestion question, HarnessRun? run)
    {
        if (run is null || !run.Has(question.Task.Name))
            return null;
        tool.Screen.Say($"{question.Task.Name} comes from {run.Engine.Name}: of which weights is its word.");
        return new DatedRecord<EvaluationReport>(evaluator.Import(run, question), dossier.Run);
    }

    private DatedRecord<EvaluationReport>? Earlier(AskedModel asked, EvaluationQuestion question, string file)
    {
        if (dossier.TryReadReport(file) is { } own && asked.Answers(own.Record, question))
            return own;
        return CacheOf(asked)?.TryGet(asked.Evaluator.Key(question)) is { } cached && asked.Answers(cached.Record, question) ? cached : null;
    }

    private DatedRecord<EvaluationReport> Evaluate(AskedModel asked, EvaluationQuestion question, string file, string what, CancellationToken cancellationToken)
    {
        var journal = dossier.PathTo(Dossier.AnswersOf(file));
        Directory.CreateDirectory(Path.GetDirectoryName(journal)!);
        var report = new DatedRecord<EvaluationReport>(asked.Score(question, what, journal, cancellationToken), dossier.Run);
        CacheOf(asked)?.Put(asked.Evaluator.Key(question), report);
        return report;
    }

    /// <summary>A server's answers stay with the dossier that asked for them.</summary>
    private ScoreCache? CacheOf(AskedModel asked) => asked.IsRemote ? null : _cache;
}
