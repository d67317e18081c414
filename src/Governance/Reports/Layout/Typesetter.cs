using System.Globalization;
using System.Text;
using Loragate.Governance.Reports.Fonts;

namespace Loragate.Governance.Reports.Layout;

/// <summary>Turns text into lines: chooses fonts character by character, shapes, and breaks.</summary>
internal sealed class Typesetter : IDisposable
{
    private const string JapanesePunctuation = "…‥―—“”‘’→←↑↓※○●◎△▲□■◇◆";
    private readonly TypeFace _regular;
    private readonly TypeFace _bold;
    private readonly TypeFace _mono;
    private readonly TypeFace? _japanese;
    private readonly Lazy<TypeFace?> _spare;
    private readonly SortedSet<Script> _unshown = [];

    public Typesetter(FontSet fonts, ReportLanguage language)
    {
        Language = language;
        if (language == ReportLanguage.Japanese && fonts.Japanese is null)
            throw new ReportFontException("Japanese font", "a Japanese report was asked for without a Japanese font", "Install one (Debian: apt-get install fonts-ipaexfont-gothic).");
        _regular = new TypeFace(fonts.Regular);
        _bold = new TypeFace(fonts.Bold);
        _mono = new TypeFace(fonts.Mono);
        _japanese = fonts.Japanese is null ? null : new TypeFace(fonts.Japanese);
        _spare = new Lazy<TypeFace?>(() => fonts.Spare?.Value is { } spare ? new TypeFace(spare) : null);
    }

    public ReportLanguage Language { get; }

    /// <summary>The scripts of the characters that were met so far and that no font has.</summary>
    public IReadOnlyCollection<Script> Unshown => _unshown;

    /// <summary>The distance of two baselines; Japanese needs more air.</summary>
    public float LineHeight(TextStyle style) => style.Size * (style.Leading ?? (Language == ReportLanguage.Japanese ? 1.5f : 1.42f));

    /// <summary>The distance from a line's top to its baseline.</summary>
    public float Baseline(TextStyle style) => (LineHeight(style) / 2) + (style.Size * 0.36f);

    /// <summary>Breaks text into lines of at most <paramref name="width"/> points. Line feeds end paragraphs; empty text is one empty line.</summary>
    public IReadOnlyList<TextLine> Break(string text, TextStyle style, float width)
    {
        List<TextLine> lines = [];
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split('\n'))
            lines.AddRange(LineBreaker.Break(Shape(paragraph, style), style, width));
        return lines;
    }

    /// <summary>One line of at most <paramref name="width"/> points; what does not fit ends in an ellipsis.</summary>
    public TextLine Fit(string text, TextStyle style, float width)
    {
        var clusters = Shape(text.ReplaceLineEndings(" "), style);
        if (clusters.Sum(cluster => cluster.Width) <= width)
            return Line(clusters, style);
        var ellipsis = Shape("…", style);
        var room = width - ellipsis.Sum(cluster => cluster.Width);
        List<Cluster> kept = [];
        foreach (var cluster in clusters)
        {
            room -= cluster.Width;
            if (room < 0)
                break;
            kept.Add(cluster);
        }
        return Line([.. kept, .. ellipsis], style);
    }

    public void Dispose()
    {
        _regular.Dispose();
        _bold.Dispose();
        _mono.Dispose();
        _japanese?.Dispose();
        if (_spare.IsValueCreated)
            _spare.Value?.Dispose();
    }

    private static TextLine Line(IReadOnlyList<Cluster> clusters, TextStyle style) =>
        new(clusters, clusters.Sum(cluster => cluster.Width), style.Size, style.Color);

    private List<Cluster> Shape(string text, TextStyle style)
    {
        var legible = Legible.Text(text, rune => IsShown(rune, style.Role));
        List<Cluster> clusters = [];
        var run = new StringBuilder();
        TypeFace? current = null;
        foreach (var (part, face) in Elements(legible).SelectMany(element => Faces(element, style.Role)))
        {
            if (current is not null && face != current)
                Flush(current, run, style, clusters);
            current = face;
            run.Append(part);
        }
        if (current is not null)
            Flush(current, run, style, clusters);
        return clusters;
    }

    private static void Flush(TypeFace face, StringBuilder run, TextStyle style, List<Cluster> clusters)
    {
        clusters.AddRange(face.Shape(run.ToString(), style.Size));
        run.Clear();
    }

    private static IEnumerable<string> Elements(string text)
    {
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
            yield return elements.GetTextElement();
    }

    /// <summary>An element in the first font that has its character with all its marks; where none has, the marks are spelled out behind their character.</summary>
    private IEnumerable<(string Part, TypeFace Face)> Faces(string element, FontRole role)
    {
        var runes = element.EnumerateRunes().ToArray();
        if (Faces(runes[0], role).FirstOrDefault(face => runes.All(face.Has)) is { } whole)
            return [(element, whole)];
        string[] parts = [runes[0].ToString(), .. runes.Skip(1).Select(Legible.Spelled)];
        return parts.SelectMany(Elements).Select(part => (part, Choose(part.EnumerateRunes().First(), role) ?? _regular));
    }

    private bool IsShown(Rune rune, FontRole role)
    {
        if (Choose(rune, role) is not null)
            return true;
        _unshown.Add(Scripts.Of(rune));
        return false;
    }

    private TypeFace? Choose(Rune rune, FontRole role) =>
        Faces(rune, role).FirstOrDefault(face => face.Has(rune));

    /// <summary>The fonts in which a character is looked for; the spare one is opened only where no other has it.</summary>
    private IEnumerable<TypeFace> Faces(Rune rune, FontRole role)
    {
        foreach (var face in Order(rune, role))
            yield return face;
        if (_spare.Value is { } spare)
            yield return spare;
    }

    private IEnumerable<TypeFace> Order(Rune rune, FontRole role)
    {
        var latin = role switch
        {
            // The Japanese font has one weight; a bold number amid it would shout.
            FontRole.Bold when Language == ReportLanguage.English => _bold,
            FontRole.Mono => _mono,
            _ => _regular,
        };
        var japaneseFirst = Language == ReportLanguage.Japanese && rune.IsBmp && JapanesePunctuation.Contains((char)rune.Value, StringComparison.Ordinal);
        TypeFace?[] order = japaneseFirst ? [_japanese, latin, _regular, _mono] : [latin, _japanese, _regular, _mono];
        return order.OfType<TypeFace>();
    }
}
