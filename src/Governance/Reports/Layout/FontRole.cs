namespace Loragate.Governance.Reports.Layout;

/// <summary>What a piece of text is for; the typesetter chooses the font.</summary>
internal enum FontRole
{
    /// <summary>Running text.</summary>
    Regular,

    /// <summary>Headings and emphasis.</summary>
    Bold,

    /// <summary>Digests and commands.</summary>
    Mono,
}
