namespace Loragate.Tuning.Optimizing;

/// <summary>How the learning rate falls after the warm-up.</summary>
public enum Schedule
{
    /// <summary>½(1 + cos πp) at the share p of the steps after the warm-up (Loshchilov and Hutter, arXiv 1608.03983).</summary>
    Cosine,

    /// <summary>1 − p.</summary>
    Linear,

    /// <summary>1.</summary>
    Constant,
}
