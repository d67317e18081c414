using System.Buffers;
using System.Text;
using HarfBuzzSharp;
using Loragate.Governance.Reports.Fonts;
using SkiaSharp;
using HarfBuzzBuffer = HarfBuzzSharp.Buffer;
using HarfBuzzFont = HarfBuzzSharp.Font;

namespace Loragate.Governance.Reports.Layout;

/// <summary>A font in use: shapes with the whole font, remembers what was used, and draws with a subset of just that.</summary>
internal sealed unsafe class TypeFace : IDisposable
{
    // Ligatures would join the f's of a digest into one glyph that no search finds.
    private static readonly Feature[] Features = [new(Tag.Parse("liga"), 0), new(Tag.Parse("clig"), 0)];

    private readonly string _name;
    private readonly MemoryHandle _bytes;
    private readonly Blob _blob;
    private readonly Face _face;
    private readonly HarfBuzzFont _font;
    private readonly SortedSet<uint> _characters = [];
    private readonly SortedSet<ushort> _glyphs = [];
    private SKTypeface? _subset;

    public TypeFace(FontFile file)
    {
        _name = file.Name;
        // Blob.FromStream keeps a pointer to an array that it does not pin; the collector may move it under HarfBuzz.
        _bytes = file.Bytes.Pin();
        _blob = new Blob((nint)_bytes.Pointer, file.Bytes.Length, MemoryMode.ReadOnly);
        _face = new Face(_blob, file.Index);
        _font = new HarfBuzzFont(_face);
        _font.SetScale(_face.UnitsPerEm, _face.UnitsPerEm);
        _font.SetFunctionsOpenType();
    }

    public bool Has(Rune rune) => _font.TryGetNominalGlyph((uint)rune.Value, out var glyph) && glyph != 0;

    /// <summary>Shapes a run of text that this font has every character of.</summary>
    public IEnumerable<Cluster> Shape(string text, float size)
    {
        if (_subset is not null)
            throw new InvalidOperationException("Text was shaped after drawing began.");
        using var buffer = new HarfBuzzBuffer { Direction = Direction.LeftToRight, ClusterLevel = ClusterLevel.MonotoneGraphemes };
        buffer.AddUtf16(text);
        buffer.GuessSegmentProperties();
        buffer.Direction = Direction.LeftToRight;
        _font.Shape(buffer, Features);
        return Group(text, buffer.GlyphInfos, buffer.GlyphPositions, size / _face.UnitsPerEm);
    }

    /// <summary>The font to draw with; no text is shaped from here on.</summary>
    public SKTypeface Subset => _subset ??= MakeSubset();

    public void Dispose()
    {
        _subset?.Dispose();
        _font.Dispose();
        _face.Dispose();
        _blob.Dispose();
        _bytes.Dispose();
    }

    private List<Cluster> Group(string text, GlyphInfo[] infos, GlyphPosition[] positions, float scale)
    {
        List<Cluster> clusters = [];
        for (var start = 0; start < infos.Length;)
        {
            var end = start + 1;
            while (end < infos.Length && infos[end].Cluster == infos[start].Cluster)
                end++;
            var next = end < infos.Length ? (int)infos[end].Cluster : text.Length;
            var part = text[(int)infos[start].Cluster..next];
            var glyphs = new Glyph[end - start];
            for (var i = start; i < end; i++)
            {
                var position = positions[i];
                glyphs[i - start] = new Glyph(this, (ushort)infos[i].Codepoint, position.XAdvance * scale, position.XOffset * scale, -position.YOffset * scale);
            }
            Remember(part, glyphs);
            clusters.Add(new Cluster(part, glyphs, glyphs.Sum(glyph => glyph.Advance)));
            start = end;
        }
        return clusters;
    }

    /// <summary>
    /// Glyphs are kept by their character where it names them: a glyph that several characters share (人 and the radical ⼈)
    /// then extracts as the one that was written.
    /// </summary>
    private void Remember(string text, Glyph[] glyphs)
    {
        var unnamed = glyphs.Select(glyph => glyph.Id).ToHashSet();
        foreach (var rune in text.EnumerateRunes())
        {
            if (_font.TryGetNominalGlyph((uint)rune.Value, out var glyph))
            {
                _characters.Add((uint)rune.Value);
                unnamed.Remove((ushort)glyph);
            }
        }
        _glyphs.UnionWith(unnamed);
    }

    private SKTypeface MakeSubset()
    {
        using var data = SKData.CreateCopy(FontSubset.Make(_face, _name, _characters, _glyphs));
        return SKTypeface.FromData(data)
            ?? throw new ReportFontException(_name, "its subset cannot be drawn", "The font is damaged: install it again.");
    }
}
