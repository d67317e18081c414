using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Deltas;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Planning;

namespace Loragate.MergeEngine;

/// <summary>
/// Holds the copies of base weights that an adapter carries against the base, bit for bit: as they are where the types are the same, else after
/// the one cast that loses something (a base that was cast before training, or an adapter that was cast after it). A copy that differs is
/// the sure sign of another base.
/// </summary>
internal static class CarriedCopies
{
    private const int BlockElements = 1 << 18;

    /// <summary>Checks every copy of a plan, and a stored head that the config calls tied.</summary>
    /// <exception cref="MergePlanException">One differs from the base.</exception>
    public static void Check(MergePlan plan, Checkpoint baseModel, CancellationToken cancellationToken)
    {
        foreach (var (adapter, copy) in plan.Copies)
        {
            if (Differs(copy, adapter, baseModel, cancellationToken))
                throw new MergePlanException(adapter.Folder, [WrongBase(copy)]);
        }
        if (plan is { Unties: true, Layout: { StoredHead: { } head, Embedding: { } embedding } } && Differs(baseModel.Tensor(head.Name), baseModel.Tensor(embedding.Name), cancellationToken))
            throw new MergePlanException(baseModel.Folder, [new Finding("tied-head", Severity.Block, head.Name, "the config ties the head to the embedding, and the files hold another head", "Correct tie_word_embeddings, or remove the head.")]);
    }

    /// <summary>The findings of an adapter's copies that differ from the base. A copy that is not finite is no base's either; the value is a finding of its own.</summary>
    public static IEnumerable<Finding> Check(Coverage coverage, PeftAdapter adapter, Checkpoint baseModel, CancellationToken cancellationToken) =>
        coverage.Copies.Where(copy => IsWrong(copy, adapter, baseModel, cancellationToken)).Select(WrongBase);

    private static bool IsWrong(CarriedCopy copy, PeftAdapter adapter, Checkpoint baseModel, CancellationToken cancellationToken)
    {
        try
        {
            return Differs(copy, adapter, baseModel, cancellationToken);
        }
        catch (NonFiniteException)
        {
            return true;
        }
    }

    private static Finding WrongBase(CarriedCopy copy) =>
        new Finding("wrong-base", Severity.Block, copy.Copy.Name, $"the adapter carries a copy of '{copy.Tensor}' that is not the base's", "Merge into the base that the adapter was trained on.");

    private static bool Differs(CarriedCopy copy, PeftAdapter adapter, Checkpoint baseModel, CancellationToken cancellationToken) =>
        Differs(new CheckpointTensor(copy.Copy, adapter.Weights), baseModel.Tensor(copy.Tensor), cancellationToken);

    /// <summary>Whether two tensors of one shape differ by more than one cast.</summary>
    /// <exception cref="NonFiniteException">A value is NaN or infinite.</exception>
    internal static bool Differs(CheckpointTensor left, CheckpointTensor right, CancellationToken cancellationToken)
    {
        var (leftReader, rightReader) = (new FactorReader(left.Shard), new FactorReader(right.Shard));
        var (x, y) = (new double[Math.Min(BlockElements, left.Info.Elements)], new double[Math.Min(BlockElements, left.Info.Elements)]);
        var (leftFits, rightFits) = (true, true);
        for (var at = 0L; at < left.Info.Elements && (leftFits || rightFits); at += x.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var count = (int)Math.Min(x.Length, left.Info.Elements - at);
            leftReader.Read(left.Info, at, x.AsSpan(0, count));
            rightReader.Read(right.Info, at, y.AsSpan(0, count));
            for (var i = 0; i < count; i++)
            {
                leftFits &= BitConverter.DoubleToInt64Bits(Cast(x[i], right.Info.DType)) == BitConverter.DoubleToInt64Bits(y[i]);
                rightFits &= BitConverter.DoubleToInt64Bits(Cast(y[i], left.Info.DType)) == BitConverter.DoubleToInt64Bits(x[i]);
            }
        }
        return !leftFits && !rightFits;
    }

    /// <summary>A value in a type, rounded once.</summary>
    private static double Cast(double value, DType type) => type switch
    {
        DType.F32 => (float)value,
        DType.F16 => (double)(Half)value,
        _ => BFloat16Format.ToDouble(BFloat16Format.RoundOne(value)),
    };
}
