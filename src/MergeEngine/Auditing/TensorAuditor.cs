using Loragate.Artifacts.Records.Auditing;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine.Auditing;

/// <summary>The verdict on one tensor that adapters change (docs/formats/merge-audit.v1.md): first what it is bit by bit, then what explains it best.</summary>
internal sealed class TensorAuditor(PlannedTensor plan, TensorWalk walk)
{
    /// <summary>How far ŝ may lie from 1, beside four standard errors: the roundings of other tools move it by less.</summary>
    private const double ScaleTolerance = 0.02;

    /// <summary>The largest standard error at which ŝ says anything.</summary>
    private const double WorstError = 0.1;

    /// <summary>The share of weights that a scale must explain.</summary>
    private const double Explaining = 0.99;

    /// <summary>The share of weights that must be right for the rest to be damage.</summary>
    private const double Undamaged = 0.9;

    private readonly PeftRounding _peft = new(walk, plan);
    private readonly ScaleFit _fit = new(walk);
    private long _differing;
    private long _beyond;
    private long _atStake;
    private double _slack;
    private bool _isBase = true;
    private bool _isFinite = true;

    /// <summary>The verdict on a tensor whose every byte is the canonical merge's.</summary>
    public static AuditedTensor Canonical(PlannedTensor plan) => new(plan.Output.Name, TensorVerdict.Canonical)
    {
        Delta = plan.Contributions.Count == 0 ? "untied" : plan.Contributions[0].Delta.Kind,
        Elements = (long)plan.View.Rows * plan.View.Columns,
        Differing = 0,
        Beyond = 0,
    };

    /// <summary>Audits a tensor that is not canonical. What neither base nor adapter explains is "unrelated"; whether that means another base is decided over all tensors.</summary>
    /// <exception cref="NonFiniteException">A factor or base weight is not finite.</exception>
    public AuditedTensor Run(CancellationToken cancellationToken)
    {
        walk.Visit(Add, cancellationToken);
        var result = Canonical(plan) with { Differing = _differing, Beyond = _beyond, Slack = _slack > 0 ? Rounded(_slack) : null, Finite = _isFinite ? null : false };
        if (_peft.IsDefault)
            return result with { Verdict = TensorVerdict.Peft };
        if (_peft.IsSafe)
            return result with { Verdict = TensorVerdict.PeftSafe };
        if (_peft.IsHalf)
            return result with { Verdict = TensorVerdict.PeftHalf };
        if (_isBase)
            return result with { Verdict = TensorVerdict.NotMerged };
        var explained = Explain(result, cancellationToken);
        return _peft.IsPossible && !MergeAuditor.IsRight(explained.Verdict) ? explained with { Verdict = TensorVerdict.Undecidable } : explained;
    }

    private AuditedTensor Explain(AuditedTensor result, CancellationToken cancellationToken)
    {
        if (_fit.Estimate() is not { } fit || fit.Error > WorstError || !double.IsFinite(fit.Scale))
            return result with { Verdict = TensorVerdict.Unrelated };
        var isRight = Math.Abs(fit.Scale - 1) <= ScaleTolerance + 4 * fit.Error;
        if (isRight && _beyond == 0)
            return result with { Verdict = TensorVerdict.WithinOneUlp, Scale = Rounded(fit.Scale) };
        var explained = Count((row, column) => IsAtStake(row, column) && _fit.Explains(row, column, isRight ? 1 : fit.Scale), cancellationToken) / (double)_atStake;
        result = result with { Scale = Rounded(fit.Scale), Explained = Rounded(explained) };
        return result with
        {
            Verdict = (isRight, explained) switch
            {
                (true, _) when _atStake - _beyond >= Undamaged * _atStake => TensorVerdict.Damaged,
                (true, >= Explaining) when walk.IsNormed => TensorVerdict.WrongMagnitude,
                (false, >= Explaining) => TensorVerdict.WrongScale,
                _ => TensorVerdict.Unrelated,
            },
        };
    }

    private void Add(AuditedRow row)
    {
        _peft.Add(row);
        _fit.Add(row);
        for (var column = 0; column < walk.Columns; column++)
        {
            var (found, canonical) = (row.Found[column], row.Canonical[column]);
            _isFinite = _isFinite && double.IsFinite(canonical);
            _isBase = _isBase && found == StoredNumber.Round(walk.FoundType, row.Base[column]);
            _atStake += IsAtStake(row, column) ? 1 : 0;
            _slack = Math.Max(_slack, TensorWalk.SlackOf(row, column) / row.Bounds[column]);
            if (row.IsCanonical || found.Equals(canonical))
                continue;
            _differing++;
            if (!(Math.Abs(found - canonical) <= row.Units[column]))
                _beyond++;
        }
    }

    /// <summary>Whether the adapter changes the weight, or something did: the others explain nothing.</summary>
    private static bool IsAtStake(AuditedRow row, int column) => row.Exact[column] != row.Base[column] || row.Found[column] != row.Base[column];

    private long Count(Func<AuditedRow, int, bool> holds, CancellationToken cancellationToken)
    {
        var count = 0L;
        walk.Visit(row =>
        {
            for (var column = 0; column < walk.Columns; column++)
                count += holds(row, column) ? 1 : 0;
        }, cancellationToken);
        return count;
    }

    /// <summary>Six digits: more would be the noise of rounding.</summary>
    private static double Rounded(double value) => Math.Round(value, 6);
}
