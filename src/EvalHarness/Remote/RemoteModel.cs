using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Journals;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Remote;

/// <summary>
/// A model behind a server that passed its probe. An adapter is asked for by a name that is made of its digest, so that no other adapter is ever taken for it and no
/// cache that the server keys by name outlives a change.
/// </summary>
public sealed class RemoteModel
{
    /// <summary>
    /// Nats a sequence, root mean square: how far a server may be from float32. SmolLM2-135M in bfloat16 is 0.5 to 1 away on 24 random tokens; another base is several
    /// nats away.
    /// </summary>
    private const double BaseTolerance = 2;

    /// <summary>How far, as a share of what the adapter moves: SmolLM2-135M in bfloat16 with four real adapters is 0.01 to 0.33 away (eight draws of the sequences each), half an adapter about a half, none a whole share. A smaller part shows by itself (<see cref="ProbeCheck"/>).</summary>
    private const double AdapterTolerance = 0.42;

    private const int NameDigits = 32;

    private readonly RemoteServer _server;
    private readonly string _salt;

    private RemoteModel(RemoteServer server, EvaluatedModel model, RemoteRun description)
    {
        (_server, Model, Description) = (server, model, description);
        _salt = SaltOf(model.AdapterDigest ?? model.WeightsDigest);
        // How far the server was from the probe this time is no part of what is asked: an interrupted run would never find its answers.
        Run = Digest.Of(RecordJson.Canonical(new { description = description with { ProbeDistance = 0 }, model }));
    }

    /// <summary>Base and adapter by content.</summary>
    public EvaluatedModel Model { get; }

    /// <summary>What a report says of where its answers come from.</summary>
    public RemoteRun Description { get; }

    /// <summary>A digest of all that its answers depend on beside the tokens.</summary>
    internal Digest Run { get; }

    /// <summary>The longest text that windows may fill: a request holds one token more than its inputs, and the server adds one.</summary>
    internal int MaxLength => Description.MaxLength - 2;

    /// <summary>The name that an adapter has to be served under.</summary>
    public static string NameOf(Digest adapter) => $"loragate-{adapter.Hex[..NameDigits]}";

    /// <summary>Finds a model on a server, and shows by a probe that it is the one.</summary>
    /// <param name="server">The server; it stays the caller's.</param>
    /// <param name="model">Base, and adapter if any, by content.</param>
    /// <param name="probe">A probe of this base with this adapter; for the base alone, with any adapter.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RemoteException">The server does not serve it, or does not answer as the protocol says.</exception>
    /// <exception cref="IntegrityException">The probe is of another model, or the server's answers are not the probe's: another base, or an adapter that is not or not wholly applied.</exception>
    public static RemoteModel Prove(RemoteServer server, EvaluatedModel model, AdapterProbe probe, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(probe);
        if (probe.Model with { AdapterDigest = null } != model with { AdapterDigest = null } || (model.AdapterDigest is { } adapter && probe.Model.AdapterDigest != adapter))
            throw new IntegrityException("the probe", "it was made of another base or adapter: make one with 'loragate probe'");
        if (probe.Items.Count == 0 || probe.Items.Any(item => !item.Without.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(probe.Items[0].Without.Keys)))
            throw new IntegrityException("the probe", "its sequences do not all tell of the same parts of the adapter: make one with 'loragate probe'");
        var version = server.Version(cancellation);
        var served = server.List(cancellation);
        var @base = Find(served, server, server.Options.BaseModel, "Name the id of the base with --remote-model.");
        var asked = model.AdapterDigest is { } live
            ? Find(served, server, NameOf(live), $"Serve the adapter under this name: --enable-lora --lora-modules {NameOf(live)}=PATH.")
            : @base;
        if (asked != @base && asked.Parent is { } parent && parent != @base.Id)
            throw new RemoteException(server.Place, $"'{asked.Id}' was loaded on '{parent}' where the base is '{@base.Id}'", "Serve the adapter on its base.");
        var length = @base.MaxLength ?? throw new RemoteException(server.Place, $"the server does not say how long a sequence of '{@base.Id}' may be (max_model_len)", "Use a server that speaks vLLM's protocol.");
        var distance = new ProbeCheck(server, probe).Run(@base.Id, SaltOf(model.WeightsDigest), model.AdapterDigest is null ? null : (asked.Id, SaltOf(model.AdapterDigest.Value)), BaseTolerance, AdapterTolerance, cancellation);
        return new RemoteModel(server, model, new RemoteRun(RemoteRun.Unattested, $"vllm {version}", asked.Id, asked.Root, length, probe.ComputeDigest(), distance));
    }

    /// <summary>Scores groups of requests, several under way at once.</summary>
    /// <param name="groups">Requests by group.</param>
    /// <param name="kept">Keeps answers until the run is complete; null for nothing.</param>
    /// <param name="progress">Hears how many groups are answered.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The answers in the order of the requests.</returns>
    /// <exception cref="RemoteException">A request does not fit the server, or an answer is none.</exception>
    internal IReadOnlyList<IReadOnlyList<ServedAnswer>> Score(IReadOnlyList<IReadOnlyList<ScoringRequest>> groups, KeptAnswers? kept, IProgress<int>? progress, CancellationToken cancellation)
    {
        var results = groups.Select(group => new ServedAnswer[group.Count]).ToArray();
        var open = groups.Select(group => group.Count).ToArray();
        var requests = groups.SelectMany((group, g) => group.Select((request, index) => (Request: request, Group: g, Index: index))).ToList();
        foreach (var (request, _, _) in requests)
            CheckLength(request);
        var done = new GroupCount(progress);
        InParallel.ForEach(requests, new ParallelOptions { MaxDegreeOfParallelism = _server.Options.InFlight, CancellationToken = cancellation }, asked =>
        {
            results[asked.Group][asked.Index] = Answer(asked.Request, kept, cancellation);
            if (Interlocked.Decrement(ref open[asked.Group]) == 0)
                done.Add(1);
        });
        return results;
    }

    private ServedAnswer Answer(ScoringRequest request, KeptAnswers? kept, CancellationToken cancellation)
    {
        var name = JsonSerializer.Serialize(request);
        if (kept?.Find<ServedAnswer>(name) is { } found)
            return found;
        var answer = new ServedAnswer(_server.Score(Description.Model, _salt, request, cancellation), Description.ProbeDistance);
        kept?.Add(name, answer);
        return answer;
    }

    private void CheckLength(ScoringRequest request)
    {
        var tokens = request.Context.Count + request.Continuation.Count;
        if (tokens >= Description.MaxLength)
            throw new RemoteException(_server.Place, $"a request of {tokens} tokens, and the server takes {Description.MaxLength - 1}", "Start the server with a longer --max-model-len; nothing is cut to fit.");
    }

    private static ServedModel Find(IReadOnlyList<ServedModel> served, RemoteServer server, string id, string advice) =>
        served.FirstOrDefault(model => model.Id == id)
        ?? throw new RemoteException(server.Place, $"the server serves no '{id}', but {(served.Count == 0 ? "nothing" : string.Join(", ", served.Select(model => Printable.Of(model.Id))))}", advice);

    private static string SaltOf(Digest digest) => digest.Hex;
}
