namespace Loragate.Artifacts.Adapters;

/// <summary>What a tensor of an adapter file is.</summary>
public enum AdapterPart
{
    /// <summary>A, (r, in).</summary>
    LoraA,

    /// <summary>B, (out, r).</summary>
    LoraB,

    /// <summary>DoRA's magnitude vector m, (out).</summary>
    Magnitude,

    /// <summary>Anything else: a replaced module, an embedding factor, a bias.</summary>
    Other,
}
