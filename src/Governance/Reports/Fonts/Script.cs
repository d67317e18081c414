using System.Text;

namespace Loragate.Governance.Reports.Fonts;

/// <summary>A writing system that the bundled fonts lack.</summary>
internal enum Script
{
    /// <summary>Kana and the characters that Japanese and Chinese share.</summary>
    Japanese,

    /// <summary>Hangul.</summary>
    Korean,

    /// <summary>Arabic.</summary>
    Arabic,

    /// <summary>Hebrew.</summary>
    Hebrew,

    /// <summary>Thai.</summary>
    Thai,

    /// <summary>Devanagari and its relatives.</summary>
    Indic,

    /// <summary>Emoji and whatever else there is.</summary>
    Other,
}

/// <summary>Which characters belong to which <see cref="Script"/>, by the blocks of Unicode 16.</summary>
internal static class Scripts
{
    /// <summary>The script of a character.</summary>
    public static Script Of(Rune rune) => rune.Value switch
    {
        (>= 0x1100 and <= 0x11FF) or (>= 0x3130 and <= 0x318F) or (>= 0xA960 and <= 0xA97F) or (>= 0xAC00 and <= 0xD7FF) => Script.Korean,
        (>= 0x2E80 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF00 and <= 0xFFEF) or (>= 0x20000 and <= 0x3FFFF) => Script.Japanese,
        (>= 0x0590 and <= 0x05FF) or (>= 0xFB1D and <= 0xFB4F) => Script.Hebrew,
        (>= 0x0600 and <= 0x06FF) or (>= 0x0750 and <= 0x077F) or (>= 0x08A0 and <= 0x08FF) or (>= 0xFB50 and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFE) => Script.Arabic,
        >= 0x0900 and <= 0x0DFF => Script.Indic,
        >= 0x0E00 and <= 0x0E7F => Script.Thai,
        _ => Script.Other,
    };
}
