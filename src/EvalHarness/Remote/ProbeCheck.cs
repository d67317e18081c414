using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Remote;

/// <summary>
/// Holds a server against a probe: base, adapter, and both once more in the opposite order, so that an answer that is taken from the other model's cache shows.
/// A server may lose a part of the adapter, all MLPs or the head, and still be within the tolerance of the whole: then its answers are nearer to those of the rest.
/// </summary>
internal sealed class ProbeCheck(RemoteServer server, AdapterProbe probe)
{
    /// <summary>
    /// How many times as far as the server's rounding moves the base's answers a part moves the adapter's, at least, for its loss to show: of 237 such parts (seven adapters, eight
    /// draws of the sequences each) a server in bfloat16 seemed to have lost none that it had, and was found out with all that it had not. What moves less is lost
    /// within the distance that is the noise of the scores.
    /// </summary>
    private const double LeastOfRounding = 2;

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
        var farthest = CheckBase(out var rounding);
        if (adapter is not { } live)
            return farthest;
        var moved = Distance(bases, adapters);
        for (var round = 0; round < 2; round++)
        {
            var answers = Ask(live.Id, live.Salt, reversed: round == 1, cancellation);
            var distance = Distance(answers, adapters);
            if (distance > adapterTolerance * moved)
                throw new IntegrityException(server.Place, string.Create(CultureInfo.InvariantCulture, $"with '{live.Id}' the probe's answers are {distance:0.##} nats a sequence from those of the adapter, which moves the base by {moved:0.##}: the server does not apply it, applies a part of it, or applies another"));
            if (Lost(answers, adapters, rounding) is { } part)
                throw new IntegrityException(server.Place, $"with '{live.Id}' the probe's answers are nearer to those of the adapter without '{part}' than to those of all of it: the server ignores these modules");
            farthest = Math.Max(farthest, distance);
        }
        return Math.Max(farthest, CheckBase(out _));

        double CheckBase(out double median)
        {
            var answers = Ask(baseId, baseSalt, reversed: false, cancellation);
            var distance = Distance(answers, bases);
            median = Median(answers, bases);
            return distance <= baseTolerance
                ? distance
                : throw new IntegrityException(server.Place, string.Create(CultureInfo.InvariantCulture, $"'{baseId}' is {distance:0.##} nats a sequence from the base of the probe, at most {baseTolerance:0.##} are rounding: the server serves another base, a coarser one, or changes its log-probabilities"));
        }
    }

    /// <summary>
    /// The part without which the adapter answers most sequences as the server does, rather than with all; null for none. Sequences are counted, because a half type
    /// may be several nats off in one of them.
    /// </summary>
    private string? Lost(double[] answers, double[] adapters, double rounding) => probe.Items[0].Without.Keys
        .Select(part => (Part: part, Others: probe.Items.Select(item => item.Without[part]).ToArray()))
        .Where(lost => Median(lost.Others, adapters) >= LeastOfRounding * rounding
            && 2 * answers.Index().Count(answer => Math.Abs(answer.Item - lost.Others[answer.Index]) < Math.Abs(answer.Item - adapters[answer.Index])) > answers.Length)
        .OrderBy(lost => Median(answers, lost.Others))
        .FirstOrDefault().Part;

    /// <summary>Root mean square of the differences.</summary>
    internal static double Distance(IReadOnlyList<double> a, IReadOnlyList<double> b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Average());

    /// <summary>The median of the differences' sizes, the upper of two.</summary>
    private static double Median(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Order().ElementAt(a.Length / 2);

    private double[] Ask(string id, string salt, bool reversed, CancellationToken cancellation)
    {
        var answers = new double[_requests.Count];
        foreach (var i in reversed ? Enumerable.Range(0, answers.Length).Reverse() : Enumerable.Range(0, answers.Length))
            answers[i] = server.Score(id, salt, _requests[i], cancellation).LogLikelihood;
        return answers;
    }
}
