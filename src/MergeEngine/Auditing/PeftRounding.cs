using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Auditing;

/// <summary>
/// What PEFT's arithmetic can make of one weight. Its float32 sums depend on the BLAS underneath, so δ is known up to a slack only; every rounding is
/// monotone, so what lies between the images of δ − slack and δ + slack is all that can come out (PEFT lora/layer.py, merge and get_delta_weight).
/// </summary>
/// <param name="walk">The tensor.</param>
/// <param name="plan">Its plan.</param>
internal sealed class PeftRounding(TensorWalk walk, PlannedTensor plan)
{
    private readonly DType[] _adapterTypes = [.. plan.Contributions.Select(c => c.Delta.Consumes[0].DType)];
    private readonly double[] _scales = [.. plan.Contributions.Select(c => c.Scale)];
    private readonly Mode _default = new(static (_, delta, _) => delta);
    private readonly Mode _safe = new(static (self, delta, _) => StoredNumber.Round(self.BaseType, delta));
    private readonly Mode _half = new(static (self, delta, j) => StoredNumber.Round(self._adapterTypes[j], delta), static (self, delta, j) => self.InHalf(delta, j))
    {
        IsShown = HasHalf(plan),
        IsPossible = HasHalf(plan),
    };

    /// <summary>Whether every weight so far can be PEFT's default: δ in float32, added in float32, rounded once to the base's type.</summary>
    public bool IsDefault => _default.IsShown;

    /// <summary>Whether every weight so far can be PEFT's safe merge: δ rounded to the base's type first.</summary>
    public bool IsSafe => _safe.IsShown;

    /// <summary>Whether every weight so far can be PEFT's with factors kept in their own 16-bit type.</summary>
    public bool IsHalf => _half.IsShown;

    /// <summary>Whether one of these could have given every weight so far, with all the slack that factors that cancel ask for.</summary>
    public bool IsPossible => _default.IsPossible || _safe.IsPossible || _half.IsPossible;

    /// <summary>Takes a row in.</summary>
    public void Add(AuditedRow row)
    {
        for (var column = 0; column < walk.Columns && IsPossible; column++)
        {
            if (row.IsReplaced)
            {
                _default.Add(row.Found[column] == Store((float)row.Exact[column]));
                _safe.Add(false);
                _half.Add(false);
                continue;
            }
            Add(_default, row, column);
            Add(_safe, row, column);
            Add(_half, row, column);
        }
    }

    private void Add(Mode mode, AuditedRow row, int column)
    {
        if (!mode.IsPossible)
            return;
        var granted = row.Granted[column];
        var isShown = Gives(mode, row, column, granted);
        mode.Add(isShown, isShown || (granted < 1 && Gives(mode, row, column, 1)));
    }

    private bool Gives(Mode mode, AuditedRow row, int column, double granted)
    {
        foreach (var round in mode.Roundings)
        {
            if (IsBetween(row, column, granted, round))
                return true;
        }
        return false;
    }

    private static bool HasHalf(PlannedTensor plan) =>
        plan.Contributions.Count > 0 && plan.Contributions.All(c => c.Delta.Consumes[0].DType is DType.BF16 or DType.F16 && c.Scale != 0);

    private DType BaseType => walk.BaseType;

    /// <summary>B·A rounded to 16 bits, then the scale, rounded again: a half-precision product on a GPU.</summary>
    private double InHalf(double delta, int j) => StoredNumber.Round(_adapterTypes[j], _scales[j] * StoredNumber.Round(_adapterTypes[j], delta / _scales[j]));

    private bool IsBetween(AuditedRow row, int column, double granted, Rounding round)
    {
        var (low, high) = (Image(row, column, -granted, round), Image(row, column, granted, round));
        if (walk.IsScaled)
        {
            var (lower, upper) = (row.Factors[column] * (1 - walk.FactorSlack), row.Factors[column] * (1 + walk.FactorSlack));
            var (a, b, c, d) = (Store((float)(low * lower)), Store((float)(low * upper)), Store((float)(high * lower)), Store((float)(high * upper)));
            (low, high) = (Math.Min(Math.Min(a, b), Math.Min(c, d)), Math.Max(Math.Max(a, b), Math.Max(c, d)));
        }
        return row.Found[column] >= low && row.Found[column] <= high;
    }

    /// <summary>w + δ₁ + … with every δ moved by a share of its slack, up or down; PEFT rounds after each adapter, and DoRA after the factor only.</summary>
    private double Image(AuditedRow row, int column, double share, Rounding round)
    {
        var value = row.Base[column];
        for (var j = 0; j < row.Updates.Length; j++)
        {
            value = (float)(value + round(this, row.Updates[j][column] + share * row.Slack[j][column], j));
            if (!walk.IsScaled)
                value = Store(value);
        }
        return value;
    }

    /// <summary>Rounded to the base's type, and then to the merged checkpoint's where it is another.</summary>
    private double Store(double value) => StoredNumber.Round(walk.FoundType, StoredNumber.Round(walk.BaseType, value));

    /// <summary>What becomes of the δ of one adapter before it is added.</summary>
    private delegate double Rounding(PeftRounding self, double delta, int adapter);

    /// <summary>A way in which PEFT merges, by the ways in which it may round δ; any of them may hold for a weight.</summary>
    private sealed class Mode(params Rounding[] roundings)
    {
        public Rounding[] Roundings { get; } = roundings;

        /// <summary>Whether it gives every weight so far with the slack that is granted.</summary>
        public bool IsShown { get; set; } = true;

        /// <summary>Whether it gives every weight so far with any slack.</summary>
        public bool IsPossible { get; set; } = true;

        public void Add(bool holds) => Add(holds, holds);

        public void Add(bool isShown, bool isPossible)
        {
            IsShown &= isShown;
            IsPossible &= isPossible;
        }
    }
}
