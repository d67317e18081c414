using System.Globalization;
using Loragate.Artifacts;

namespace Loragate.Governance.Statistics;

/// <summary>
/// The mean of paired differences by the bootstrap: whole clusters (or items) are drawn with replacement, and the bounds are the
/// bias-corrected and accelerated ones (B. Efron, "Better Bootstrap Confidence Intervals", JASA 82, 1987) at −√(G/(G−1))·t instead of −z, because resamples of
/// G clusters spread less than their mean does (T. Hesterberg, "What Teachers Should Know About the Bootstrap", Am. Stat. 69, 2015). It supposes no shape of the differences.
/// Draw j of resample b is number b·G + j of the Philox stream of ("bootstrap", seed, task, 0), so anybody computes the same resamples.
/// </summary>
public sealed record PairedBootstrap : Estimate
{
    /// <summary>How many resamples are drawn: 9,999, so that (B + 1)·α is whole for the usual α.</summary>
    public const int Resamples = 9_999;

    private readonly double[] _means;
    private readonly double _bias;
    private readonly double _acceleration;
    private readonly int _degrees;

    private PairedBootstrap(double value, int items, int? clusters, ulong seed, double[] means, double acceleration)
        : base(string.Create(CultureInfo.InvariantCulture, $"expanded-bca-bootstrap-{Resamples}-seed-{seed}"), value, items, clusters)
    {
        _means = means;
        _degrees = (clusters ?? items) - 1;
        _bias = Normal.Quantile(ShareBelow(value));
        _acceleration = acceleration;
    }

    /// <summary>Draws the resamples.</summary>
    /// <param name="differences">dᵢ, finite; they must vary.</param>
    /// <param name="clusters">The cluster of each item; null where items are independent.</param>
    /// <param name="seed">The policy's seed.</param>
    /// <param name="task">The policy's name of the task.</param>
    /// <exception cref="ArgumentException">There are fewer than two clusters, or the lists differ in length.</exception>
    public static PairedBootstrap Of(IReadOnlyList<double> differences, IReadOnlyList<string>? clusters, ulong seed, string task)
    {
        ArgumentNullException.ThrowIfNull(differences);
        if (clusters is not null && clusters.Count != differences.Count)
            throw new ArgumentException($"{differences.Count} values cannot have {clusters.Count} cluster names.", nameof(clusters));
        (double Sum, int Count)[] groups = clusters is null
            ? [.. differences.Select(difference => (difference, 1))]
            : [.. differences.Zip(clusters).GroupBy(pair => pair.Second, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Sum(pair => pair.First), group.Count()))];
        if (groups.Length < 2)
            throw new ArgumentException("A bootstrap needs two clusters at least.", nameof(differences));
        var means = Draw(groups, Philox.Stream("bootstrap", seed, task, 0));
        return new PairedBootstrap(differences.Sum() / differences.Count, differences.Count, clusters is null ? null : groups.Length, seed, means, Acceleration(groups));
    }

    /// <summary>√(G/(G−1)): by how much less than the mean the resamples spread.</summary>
    private double Expansion => Math.Sqrt((_degrees + 1.0) / _degrees);

    /// <inheritdoc/>
    public override double Lower(double alpha) => Quantile(Expansion * StudentT.Quantile(alpha, _degrees));

    /// <inheritdoc/>
    public override double Upper(double alpha) => Quantile(Expansion * StudentT.Quantile(1 - alpha, _degrees));

    /// <inheritdoc/>
    public override double PBelow(double value) => StudentT.UpperTail(Uncorrected(value) / Expansion, _degrees);

    /// <inheritdoc/>
    public override double PAbove(double value) => StudentT.Cdf(Uncorrected(value) / Expansion, _degrees);

    private static double[] Draw((double Sum, int Count)[] groups, Philox stream)
    {
        var means = new double[Resamples];
        for (var b = 0; b < Resamples; b++)
        {
            var (sum, count) = (0.0, 0);
            for (var j = 0; j < groups.Length; j++)
            {
                var drawn = groups[stream.Below(groups.Length, (ulong)b * (ulong)groups.Length + (ulong)j)];
                sum += drawn.Sum;
                count += drawn.Count;
            }
            means[b] = sum / count;
        }
        Array.Sort(means);
        return means;
    }

    /// <summary>Efron's â = Σuᶜ³ / 6(Σuᶜ²)^{3/2}, with uᶜ = θ̂(·) − θ̂(c) of the jackknife that leaves out cluster c.</summary>
    private static double Acceleration((double Sum, int Count)[] groups)
    {
        var (sum, count) = (groups.Sum(group => group.Sum), groups.Sum(group => group.Count));
        var left = groups.Select(group => (sum - group.Sum) / (count - group.Count)).ToArray();
        var mean = left.Average();
        var squares = left.Sum(value => Math.Pow(mean - value, 2));
        return squares == 0 ? 0 : left.Sum(value => Math.Pow(mean - value, 3)) / (6 * Math.Pow(squares, 1.5));
    }

    /// <summary>The bound at z: the resamples' quantile at Φ(z₀ + (z₀ + z)/(1 − â(z₀ + z))).</summary>
    private double Quantile(double z)
    {
        var corrected = Normal.Cdf(_bias + (_bias + z) / (1 - _acceleration * (_bias + z)));
        return _means[Math.Clamp((int)Math.Round(corrected * (Resamples + 1)) - 1, 0, Resamples - 1)];
    }

    /// <summary>The z whose bound is the value.</summary>
    private double Uncorrected(double value)
    {
        var z = Normal.Quantile(ShareBelow(value)) - _bias;
        return z / (1 + _acceleration * z) - _bias;
    }

    /// <summary>The share of the resamples below a value, those equal to it half, kept away from 0 and 1 by half a resample.</summary>
    private double ShareBelow(double value)
    {
        var below = _means.Count(mean => mean < value);
        var equal = _means.Count(mean => mean == value);
        return (below + equal / 2.0 + 0.5) / (Resamples + 1);
    }
}
