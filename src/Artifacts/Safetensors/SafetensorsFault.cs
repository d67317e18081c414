namespace Loragate.Artifacts.Safetensors;

/// <summary>What can be wrong with a safetensors file.</summary>
public enum SafetensorsFault
{
    /// <summary>Shorter than the eight bytes of the header length.</summary>
    TooShort,

    /// <summary>The declared header is larger than the limit.</summary>
    HeaderTooLarge,

    /// <summary>The declared header ends behind the file.</summary>
    HeaderBeyondFile,

    /// <summary>The header does not begin with an opening brace.</summary>
    HeaderStart,

    /// <summary>The header is not strict JSON padded with spaces.</summary>
    HeaderJson,

    /// <summary>The <c>__metadata__</c> entry is not an object of strings.</summary>
    Metadata,

    /// <summary>A tensor's entry lacks a field or has one of the wrong kind.</summary>
    Entry,

    /// <summary>A tensor name with a NUL character.</summary>
    Name,

    /// <summary>An unknown element type.</summary>
    DType,

    /// <summary>A dimension that is no canonical non-negative integer, or a product beyond 64 bits.</summary>
    Shape,

    /// <summary>Offsets that are no canonical integers, or end before they start.</summary>
    Offsets,

    /// <summary>The bytes of a tensor are not what its shape and type need.</summary>
    Size,

    /// <summary>Two tensors share bytes, or bytes between tensors belong to none.</summary>
    Layout,

    /// <summary>The file ends before or after the last tensor.</summary>
    FileLength,
}
