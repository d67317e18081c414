using System.Diagnostics.CodeAnalysis;

namespace Loragate.EvalHarness.Models;

/// <summary>The element type that a model computes in. Softmax, norms' variances and log-likelihoods are float32 either way.</summary>
public enum Precision
{
    /// <summary>The checkpoint's own type: the memory of the file, the speed of the hardware, its rounding.</summary>
    Stored,

    /// <summary>Every weight widened to float32: no rounding below float32, and what reference scores are compared in.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "The name of the type is what is meant.")]
    Float32,

    /// <summary>Every weight widened to float64, in which derivatives can be held against finite differences.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "The name of the type is what is meant.")]
    Float64,
}
