using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Remote;

/// <summary>
/// Holds a server against a probe: base, adapter, and both once more in the opposite order, so that an answer that is taken from the other model's cache shows.
/// </summary>
internal sealed class ProbeCheck(RemoteServer server, AdapterProbe probe)
{
    private readonly IReadOnlyList<ScoringRequest> _requests = [.. probe.Items.Select(item => new ScoringRequest([item.Tokens[0]], [.. item.Tokens.Skip(1)]))];

    /// <summary>Checks a base, and an adapter beside it.</summary>
    /// <param name="baseId">The base's id.</param>
    /// <param name="baseSalt">The base's salt.</param>
    /// <param name="adapter">The adapter's name and salt; null for the base alone.</param>
    /// <param name="baseTolerance">Nats that the base may be away.</param>
    /// <param name="adapterTolerance">The share of the adapter's movement that it may be away.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The largest distance from the probe that was seen, in nats a sequence.</returns>
    /// <exception cref="IntegrityException">The server serves something else.</exception>
    public double Run(string baseId, string baseSalt, (string Id, string Salt)? adapter, double baseTolerance, double adapterTolerance, CancellationToken cancellation)
    {
        double[] bases = [.. probe.Items.Select(item => item.Base)], adapters = [.. probe.Items.Select(item => item.Adapter)];
        var farthest = CheckBase();
        if (adapter is not { } live)
            return farthest;
        var moved = Distance(bases, adapters);
        for (var round = 0; round < 2; round++)
        {
            var distance = Distance(Ask(live.Id, live.Salt, reversed: round == 1, cancellation), adapters);
            if (distance > adapterTolerance * moved)
                throw new IntegrityException(server.Place, string.Create(CultureInfo.InvariantCulture, $"with '{live.Id}' the probe's answers are {distance:0.##} nats a sequence from those of the adapter, which moves the base by {moved:0.##}: the server does not apply it, applies a part of it, or applies another"));
            farthest = Math.Max(farthest, distance);
        }
        return Math.Max(farthest, CheckBase());

        double CheckBase()
        {
            var distance = Distance(Ask(baseId, baseSalt, reversed: false, cancellation), bases);
            return distance <= baseTolerance
                ? distance
                : throw new IntegrityException(server.Place, string.Create(CultureInfo.InvariantCulture, $"'{baseId}' is {distance:0.##} nats a sequence from the base of the probe, at most {baseTolerance:0.##} are rounding: the server serves another base, a coarser one, or changes its log-probabilities"));
        }
    }

    /// <summary>Root mean square of the differences.</summary>
    internal static double Distance(IReadOnlyList<double> a, IReadOnlyList<double> b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Average());

    private double[] Ask(string id, string salt, bool reversed, CancellationToken cancellation)
    {
        var answers = new double[_requests.Count];
        foreach (var i in reversed ? Enumerable.Range(0, answers.Length).Reverse() : Enumerable.Range(0, answers.Length))
            answers[i] = server.Score(id, salt, _requests[i], cancellation).LogLikelihood;
        return answers;
    }
}
