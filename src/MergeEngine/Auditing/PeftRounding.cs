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

    /// <summary>Whether every weight so far can be PEFT's default: δ in float32, added in float32, rounded once to the base's type.</summary>
    public bool IsDefault { get; private set; } = true;

    /// <summary>Whether every weight so far can be PEFT's safe merge: δ rounded to the base's type first.</summary>
    public bool IsSafe { get; private set; } = true;

    /// <summary>Whether every weight so far can be PEFT's with factors kept in their own 16-bit type.</summary>
    public bool IsHalf { get; private set; } = plan.Contributions.Count > 0 && plan.Contributions.All(c => c.Delta.Consumes[0].DType is DType.BF16 or DType.F16 && c.Scale != 0);

    /// <summary>Takes a row in.</summary>
    public void Add(AuditedRow row)
    {
        for (var column = 0; column < walk.Columns && (IsDefault || IsSafe || IsHalf); column++)
        {
            if (row.IsReplaced)
            {
                IsDefault &= row.Found[column] == Store((float)row.Exact[column]);
                IsSafe = IsHalf = false;
                continue;
            }
            IsDefault = IsDefault && IsBetween(row, column, static (_, delta, _) => delta);
            IsSafe = IsSafe && IsBetween(row, column, static (self, delta, _) => StoredNumber.Round(self.BaseType, delta));
            IsHalf = IsHalf && (IsBetween(row, column, static (self, delta, j) => StoredNumber.Round(self._adapterTypes[j], delta))
                || IsBetween(row, column, static (self, delta, j) => self.InHalf(delta, j)));
        }
    }

    private DType BaseType => walk.BaseType;

    /// <summary>B·A rounded to 16 bits, then the scale, rounded again: a half-precision product on a GPU.</summary>
    private double InHalf(double delta, int j) => StoredNumber.Round(_adapterTypes[j], _scales[j] * StoredNumber.Round(_adapterTypes[j], delta / _scales[j]));

    private bool IsBetween(AuditedRow row, int column, Func<PeftRounding, double, int, double> round)
    {
        var (low, high) = (Image(row, column, -1, round), Image(row, column, 1, round));
        if (walk.IsScaled)
        {
            var (lower, upper) = (row.Factors[column] * (1 - walk.FactorSlack), row.Factors[column] * (1 + walk.FactorSlack));
            var (a, b, c, d) = (Store((float)(low * lower)), Store((float)(low * upper)), Store((float)(high * lower)), Store((float)(high * upper)));
            (low, high) = (Math.Min(Math.Min(a, b), Math.Min(c, d)), Math.Max(Math.Max(a, b), Math.Max(c, d)));
        }
        return row.Found[column] >= low && row.Found[column] <= high;
    }

    /// <summary>w + δ₁ + … with every δ moved by its slack; PEFT rounds after each adapter, and DoRA after the factor only.</summary>
    private double Image(AuditedRow row, int column, int side, Func<PeftRounding, double, int, double> round)
    {
        var value = row.Base[column];
        for (var j = 0; j < row.Updates.Length; j++)
        {
            value = (float)(value + round(this, row.Updates[j][column] + side * row.Slack[j][column], j));
            if (!walk.IsScaled)
                value = Store(value);
        }
        return value;
    }

    /// <summary>Rounded to the base's type, and then to the merged checkpoint's where it is another.</summary>
    private double Store(double value) => StoredNumber.Round(walk.FoundType, StoredNumber.Round(walk.BaseType, value));
}
