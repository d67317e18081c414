namespace Loragate.MergeEngine.Auditing;

/// <summary>The sums of one row or column for found ≈ a·(w + k·δ), in units in the last place: least squares in a and a·k.</summary>
internal sealed class GroupSums
{
    private long _clear;
    private double _ww;
    private double _wd;
    private double _dd;
    private double _mw;
    private double _md;
    private Sums _telling;

    /// <summary>Takes a weight in.</summary>
    public void Add(double weight, double update, double found, double unit, double clear)
    {
        var (w, d, m) = (weight / unit, update / unit, found / unit);
        if (!double.IsFinite(m))
            return;
        _ww += w * w;
        _wd += w * d;
        _dd += d * d;
        _mw += m * w;
        _md += m * d;
        if (Math.Abs(d) < clear)
            return;
        _clear++;
        _telling.Add(w, d, m);
    }

    /// <summary>The a that fits best when the update has a scale.</summary>
    public double FactorAt(double scale)
    {
        var square = _ww + 2 * scale * _wd + scale * scale * _dd;
        return square > 0 ? (_mw + scale * _md) / square : 0;
    }

    /// <summary>k over all groups, each weighed by what its weights tell of it.</summary>
    public static (double Scale, double Error)? Pool(IEnumerable<GroupSums> groups, long fewest)
    {
        var (count, weighted, weight) = (0L, 0.0, 0.0);
        foreach (var group in groups)
        {
            count += group._clear;
            if (group._telling.Fit() is not { } fit)
                continue;
            weighted += fit.Scale * fit.Weight;
            weight += fit.Weight;
        }
        return count >= fewest && weight > 0 ? (weighted / weight, Math.Sqrt(1 / (12 * weight))) : null;
    }

    private struct Sums
    {
        private double _ww;
        private double _wd;
        private double _dd;
        private double _mw;
        private double _md;

        public void Add(double w, double d, double m)
        {
            _ww += w * w;
            _wd += w * d;
            _dd += d * d;
            _mw += m * w;
            _md += m * d;
        }

        /// <summary>k = (a·k)/a of the two-variable least squares, and the information on it; null where the two are not told apart.</summary>
        public readonly (double Scale, double Weight)? Fit()
        {
            var determinant = _ww * _dd - _wd * _wd;
            if (!(determinant > 1e-9 * _ww * _dd))
                return null;
            var (a, ak) = ((_mw * _dd - _md * _wd) / determinant, (_md * _ww - _mw * _wd) / determinant);
            return a == 0 ? null : (ak / a, a * a * determinant / _ww);
        }
    }
}
