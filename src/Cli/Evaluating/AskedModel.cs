using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Cli.Output;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Journals;
using Loragate.EvalHarness.Remote;
using Loragate.Governance.Keys;

namespace Loragate.Cli.Evaluating;

/// <summary>A model that is asked for scores: computed here, or by a server that showed to serve it, whose answers outlive an interrupted run.</summary>
internal sealed class AskedModel : IDisposable
{
    private readonly Tool _tool;
    private readonly RemoteServer? _server;
    private readonly JournalSeal? _seal;
    private RemoteModel? _remote;

    private AskedModel(Tool tool, Evaluator evaluator, RemoteServer? server, SigningKey? key)
    {
        (_tool, Evaluator, _server) = (tool, evaluator, server);
        _seal = key is null ? null : KeySeal.Of(key);
    }

    /// <summary>The model by content; it stays the caller's.</summary>
    public Evaluator Evaluator { get; }

    /// <summary>Whether a server answers.</summary>
    public bool IsRemote => _remote is not null;

    /// <summary>A model and, where one is asked, the server after its probe.</summary>
    /// <param name="tool">Shows progress.</param>
    /// <param name="evaluator">The model.</param>
    /// <param name="remote">The server; null to compute here.</param>
    /// <param name="key">Vouches for answers that are kept; null where none does.</param>
    /// <param name="cancellationToken">Ends the probe.</param>
    /// <exception cref="RemoteException">The server does not answer as the protocol says.</exception>
    /// <exception cref="IntegrityException">The server's answers are not the probe's.</exception>
    public static AskedModel Open(Tool tool, Evaluator evaluator, RemoteRequest? remote, SigningKey? key, CancellationToken cancellationToken)
    {
        var asked = new AskedModel(tool, evaluator, remote is null ? null : new RemoteServer(remote.Server), key);
        try
        {
            if (asked._server is { } server)
                asked._remote = RemoteModel.Prove(server, evaluator.Model, remote!.Probe, cancellationToken);
            return asked;
        }
        catch
        {
            asked.Dispose();
            throw;
        }
    }

    /// <summary>Whether a report answers a question as this model would.</summary>
    public bool Answers(EvaluationReport report, EvaluationQuestion question) =>
        _remote is null ? Evaluator.Answers(report, question) : Evaluator.Answers(report, question, _remote);

    /// <summary>Scores the model on a task.</summary>
    /// <param name="question">The task.</param>
    /// <param name="what">What the progress line says.</param>
    /// <param name="journal">The file of answers: what lies there is not asked again. It is to be removed once the report is written.</param>
    /// <param name="cancellationToken">Stops between layers, or ends the wait.</param>
    public EvaluationReport Score(EvaluationQuestion question, string what, string journal, CancellationToken cancellationToken)
    {
        using var line = new ProgressLine(_tool.Screen, what);
        var progress = new Relay<EvaluationProgress>(p => line.Report(p.Done, p.Total));
        var kept = new JournalFile(journal, _seal);
        return _remote is null
            ? Evaluator.Evaluate(question, kept, progress, cancellationToken)
            : Evaluator.Ask(_remote, question, kept, progress, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _server?.Dispose();
}
