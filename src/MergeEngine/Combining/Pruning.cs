namespace Loragate.MergeEngine.Combining;

/// <summary>What is set to zero before tensors are combined.</summary>
internal enum Pruning
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>All but the ⌊density · elements⌋ of largest magnitude; among equals those that come first, row by row, stay.</summary>
    Magnitude,

    /// <summary>Every element with probability 1 − density; what stays is divided by the density (DARE, Yu et al. 2024).</summary>
    Random,
}
