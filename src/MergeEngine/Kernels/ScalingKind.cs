namespace Loragate.MergeEngine.Kernels;

/// <summary>Kinds of <see cref="Scaling"/>.</summary>
internal enum ScalingKind
{
    /// <summary>f = m / ‖v‖ of each row (DoRA).</summary>
    RowNorms,

    /// <summary>f = m / ‖v‖ of each column (DoRA over Conv1D and embeddings).</summary>
    ColumnNorms,

    /// <summary>f of each row ((IA)³).</summary>
    RowFactors,

    /// <summary>f of each column ((IA)³).</summary>
    ColumnFactors,
}
