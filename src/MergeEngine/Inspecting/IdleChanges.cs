using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Kernels;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>
/// Which changes of an adapter leave the base as it is. A zero update is not enough: DoRA may have moved the magnitudes alone, and a replaced
/// tensor changes the base whatever B·A is.
/// </summary>
internal sealed class IdleChanges(PeftAdapter adapter, BaseTensors baseTensors, IReadOnlyList<MeasuredUpdate> updates, CancellationToken cancellationToken)
{
    private readonly FactorReader _reader = new(adapter.Weights);
    private readonly HashSet<Delta> _zero = [.. updates.SelectMany(u => u.Deltas, (u, delta) => (delta, u.IsZero)).GroupBy(pair => pair.delta).Where(g => g.All(pair => pair.IsZero)).Select(g => g.Key)];

    /// <summary>Whether a change does nothing at all.</summary>
    public bool Includes(Delta delta) => (delta is Ia3Delta or LoraBiasDelta or ReplacedTensor or ReplacedRows || _zero.Contains(delta)) && !DoesMore(delta);

    /// <summary>Whether a change does something beside its update.</summary>
    public bool DoesMore(Delta delta)
    {
        try
        {
            return delta switch
            {
                DoraDelta dora => !HasBaseNorms(dora),
                Ia3Delta ia3 => !Are(ia3.L, 1),
                LoraBiasDelta bias => !Are(bias.Bias, 0),
                ReplacedTensor replaced => CarriedCopies.Differs(new CheckpointTensor(replaced.Values, adapter.Weights), baseTensors.Of(replaced.Target.Name), cancellationToken),
                ReplacedRows rows => !HasBaseRows(rows),
                _ => false,
            };
        }
        catch (NonFiniteException)
        {
            return true;
        }
    }

    private bool Are(TensorInfo tensor, double number) => _reader.All(tensor, (_, values) => !values.ContainsAnyExcept(number), cancellationToken);

    /// <summary>m = ‖W‖ of each row or column, but for rounding: PEFT begins there, and takes the norms in the base's type (lora/dora.py, get_weight_norm).</summary>
    private bool HasBaseNorms(DoraDelta dora)
    {
        var (magnitudes, tensor) = (_reader.Read(dora.Magnitude), baseTensors.Of(dora.Target.Name));
        var share = tensor.Info.DType switch { DType.BF16 => 1.0 / (1 << 7), DType.F16 => 1.0 / (1 << 10), _ => 1.0 / (1 << 20) };
        var norms = dora.IsByColumn ? BaseTensors.ColumnNorms(tensor, dora.View, cancellationToken) : BaseTensors.RowNorms(tensor, dora.View, cancellationToken);
        return norms.Zip(magnitudes).All(pair => Math.Abs(pair.Second - pair.First) <= share * pair.First);
    }

    private bool HasBaseRows(ReplacedRows replaced)
    {
        var (tensor, columns) = (baseTensors.Of(replaced.Target.Name), (int)replaced.Values.Shape[1]);
        var (own, theirs, reader) = (new double[columns], new double[columns], new FactorReader(tensor.Shard));
        for (var i = 0; i < replaced.Rows.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _reader.Read(replaced.Values, (long)i * columns, own);
            reader.Read(tensor.Info, replaced.Rows[i] * columns, theirs);
            if (!own.AsSpan().SequenceEqual(theirs))
                return false;
        }
        return true;
    }
}
