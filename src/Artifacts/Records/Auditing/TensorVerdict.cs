namespace Loragate.Artifacts.Records.Auditing;

/// <summary>How a tensor of a merged checkpoint came about; exact definitions in docs/formats/merge-audit.v1.md.</summary>
public enum TensorVerdict
{
    /// <summary>No adapter changes it, and its bytes are the base's, or the base's rounded once to another type.</summary>
    Untouched,

    /// <summary>Bit-equal to the canonical merge.</summary>
    Canonical,

    /// <summary>ΔW in float32, added in float32, rounded to the base's type: PEFT's default.</summary>
    Peft,

    /// <summary>ΔW rounded to the base's type before it is added: PEFT's safe_merge, and embeddings always.</summary>
    PeftSafe,

    /// <summary>ΔW rounded to the adapter's own 16-bit type: PEFT without autocast.</summary>
    PeftHalf,

    /// <summary>Every weight within one unit in the last place of the canonical merge, at the right scale.</summary>
    WithinOneUlp,

    /// <summary>The base's own weights, although an adapter changes them.</summary>
    NotMerged,

    /// <summary>The update at another scale.</summary>
    WrongScale,

    /// <summary>The update at the right scale, but other factors than m / ‖W + ΔW‖ over it (DoRA).</summary>
    WrongMagnitude,

    /// <summary>The right merge in nine weights of ten or more, something else in the others.</summary>
    Damaged,

    /// <summary>Not explained by base and adapter, where most tensors that no adapter changes differ too.</summary>
    WrongBase,

    /// <summary>Not explained by base and adapter.</summary>
    Unrelated,

    /// <summary>No adapter changes it, and it is not the base's.</summary>
    Changed,

    /// <summary>Not in the merged checkpoint.</summary>
    Missing,

    /// <summary>In the merged checkpoint only.</summary>
    Extra,

    /// <summary>Another shape, or a type that no merge writes.</summary>
    OtherForm,

    /// <summary>PEFT's arithmetic could have given it only because the factors cancel so far that it could give anything near.</summary>
    Undecidable,
}
