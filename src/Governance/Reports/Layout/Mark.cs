using Loragate.Artifacts.Records.Deciding;
using SkiaSharp;

namespace Loragate.Governance.Reports.Layout;

/// <summary>A sign with a shape and a colour of its own, so that neither has to be told apart alone.</summary>
internal sealed class Mark
{
    private readonly string _symbol;
    private readonly SKColor _color;
    private readonly Action<Painter, float, float, float> _draw;

    private Mark(string name, string symbol, SKColor color, Action<Painter, float, float, float> draw)
    {
        Name = name;
        _symbol = symbol;
        _color = color;
        _draw = draw;
    }

    /// <summary>A disc with a tick.</summary>
    public static Mark Passed { get; } = new("passed", "✓", Look.Blue, static (painter, x, y, r) =>
    {
        painter.Disc(x, y, r, Look.Blue);
        painter.Path([new(x - (0.5f * r), y), new(x - (0.1f * r), y + (0.42f * r)), new(x + (0.55f * r), y - (0.4f * r))], SKColors.White, r * 0.3f);
    });

    /// <summary>A square with a cross.</summary>
    public static Mark Failed { get; } = new("failed", "✕", Look.Vermillion, static (painter, x, y, r) =>
    {
        painter.Box(x - (0.92f * r), y - (0.92f * r), 1.84f * r, 1.84f * r, Look.Vermillion, 0.2f * r);
        painter.Path([new(x - (0.42f * r), y - (0.42f * r)), new(x + (0.42f * r), y + (0.42f * r))], SKColors.White, r * 0.3f);
        painter.Path([new(x - (0.42f * r), y + (0.42f * r)), new(x + (0.42f * r), y - (0.42f * r))], SKColors.White, r * 0.3f);
    });

    /// <summary>A triangle with a stroke and a dot.</summary>
    public static Mark Undecided { get; } = new("undecided", "!", Look.Ochre, static (painter, x, y, r) =>
    {
        painter.Polygon([new(x, y - (1.1f * r)), new(x + (1.1f * r), y + (0.85f * r)), new(x - (1.1f * r), y + (0.85f * r))], Look.Ochre);
        painter.Path([new(x, y - (0.4f * r)), new(x, y + (0.15f * r))], SKColors.White, r * 0.25f);
        painter.Disc(x, y + (0.52f * r), r * 0.14f, SKColors.White);
    });

    /// <summary>A diamond with a bar.</summary>
    public static Mark Waived { get; } = new("waived", "–", Look.Grey, static (painter, x, y, r) =>
    {
        painter.Polygon([new(x, y - (1.1f * r)), new(x + (1.1f * r), y), new(x, y + (1.1f * r)), new(x - (1.1f * r), y)], Look.Grey);
        painter.Path([new(x - (0.45f * r), y), new(x + (0.45f * r), y)], SKColors.White, r * 0.3f);
    });

    /// <summary>A plain disc: a figure that no rule judges.</summary>
    public static Mark Unjudged { get; } = new("unjudged", "•", Look.Navy, static (painter, x, y, r) => painter.Disc(x, y, 0.85f * r, Look.Navy));

    /// <summary>Its name in a style sheet.</summary>
    public string Name { get; }

    /// <summary>The mark in a web page; the word beside it says the same.</summary>
    public string Sign => $"<span class=\"mark {Name}\" aria-hidden=\"true\">{_symbol}</span>";

    /// <summary>The mark's colour, for what goes with it.</summary>
    public SKColor Color => _color;

    /// <summary>The mark of an outcome.</summary>
    public static Mark Of(Outcome outcome) => outcome switch
    {
        Outcome.Passed => Passed,
        Outcome.Failed => Failed,
        Outcome.Undecided => Undecided,
        Outcome.Waived => Waived,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };

    /// <summary>The mark of a verdict.</summary>
    public static Mark Of(Verdict verdict) => verdict switch
    {
        Verdict.Approved => Passed,
        Verdict.Rejected => Failed,
        Verdict.Undecided => Undecided,
        _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
    };

    /// <summary>Draws it around a centre.</summary>
    public void Draw(Painter painter, float x, float y, float radius) => _draw(painter, x, y, radius);
}
