using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// W' = m · (W + ΔW) / ‖W + ΔW‖ (DoRA, Liu et al. 2024, eq. 5; PEFT lora/dora.py). The norm runs over what one output sees: a row of a
/// linear layer or convolution, a column of a Conv1D; for an embedding, a column too (PEFT takes one norm a dimension).
/// </summary>
/// <param name="Update">ΔW: a LoRA of a layer or an embedding.</param>
/// <param name="Magnitude">m, one a row or one a column.</param>
/// <param name="IsByColumn">Whether the norms are the columns' of the stored tensor.</param>
public sealed record DoraDelta(Delta Update, TensorInfo Magnitude, bool IsByColumn)
    : Delta(Update.Module, Update.Target, [.. Update.Consumes, Magnitude])
{
    /// <inheritdoc/>
    public override string Kind => "dora";

    /// <inheritdoc/>
    public override int Rank => Update.Rank;

    /// <inheritdoc/>
    public override double Scale => Update.Scale;

    /// <inheritdoc/>
    public override bool IsExclusive => true;

    /// <inheritdoc/>
    internal override MatrixView View => Update.View;

    /// <inheritdoc/>
    internal override UpdateSource? ReadUpdate(FactorReader reader, double weight) => Update.ReadUpdate(reader, weight);

    /// <inheritdoc/>
    internal override Scaling ReadScaling(FactorReader reader) =>
        new(IsByColumn ? ScalingKind.ColumnNorms : ScalingKind.RowNorms, reader.Read(Magnitude));

    /// <summary>A magnitude vector without use_dora, or the other way round, is a finding.</summary>
    internal static void CheckPresence(AdapterModule module, CoverageBuilder cover)
    {
        var magnitude = module[AdapterPart.Magnitude];
        if (cover.Config.UseDora != magnitude is not null)
            cover.Block("missing-factor", module.Path, magnitude is null ? "use_dora is set but the magnitude vector is missing" : "a magnitude vector although use_dora is not set", "Save the adapter again.");
    }
}
