using SkiaSharp;

namespace Loragate.Governance.Reports.Layout;

/// <summary>
/// The report's sizes and colours. The outcome colours stay apart for colour-blind readers (Okabe and Ito, "Color Universal Design", 2008)
/// and never stand alone: a shape and a word go with each.
/// </summary>
internal static class Look
{
    public const float PageWidth = 595.276f; // A4: 210 mm × 297 mm at 72 points an inch
    public const float PageHeight = 841.89f;
    public const float Margin = 51;
    public const float Top = 66;
    public const float Bottom = 64;
    public const float TextWidth = PageWidth - (2 * Margin);
    public const float BodyHeight = PageHeight - Top - Bottom;

    public static readonly SKColor Ink = new(0x1F, 0x24, 0x2E);
    public static readonly SKColor Muted = new(0x59, 0x61, 0x6E);
    public static readonly SKColor Rule = new(0xC9, 0xCF, 0xD8);
    public static readonly SKColor Pale = new(0xF3, 0xF5, 0xF8);
    public static readonly SKColor Forbidden = new(0xE4, 0xE7, 0xEC);
    public static readonly SKColor Navy = new(0x12, 0x2B, 0x4A);
    public static readonly SKColor Blue = new(0x00, 0x5A, 0x9C);
    public static readonly SKColor Vermillion = new(0xB8, 0x45, 0x00);
    public static readonly SKColor Ochre = new(0x8A, 0x64, 0x00);
    public static readonly SKColor Grey = new(0x5B, 0x61, 0x6B);

    public static readonly TextStyle Title = new(FontRole.Bold, 19, Navy);
    public static readonly TextStyle Heading = new(FontRole.Bold, 13.5f, Navy);
    public static readonly TextStyle Lead = new(FontRole.Bold, 11.5f, Navy);
    public static readonly TextStyle Body = new(FontRole.Regular, 10, Ink);
    public static readonly TextStyle Strong = new(FontRole.Bold, 10, Ink);
    public static readonly TextStyle Small = new(FontRole.Regular, 8.25f, Ink);
    public static readonly TextStyle SmallStrong = new(FontRole.Bold, 8.25f, Ink);
    public static readonly TextStyle SmallMuted = new(FontRole.Regular, 8.25f, Muted);
    public static readonly TextStyle Tiny = new(FontRole.Regular, 7.25f, Muted);
    public static readonly TextStyle Digest = new(FontRole.Mono, 7.75f, Ink);
    public static readonly TextStyle Code = new(FontRole.Mono, 8, Ink) { Leading = 1.3f };
}
