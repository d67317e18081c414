using System.Runtime.InteropServices;
using HarfBuzzSharp;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>An embedded TrueType program, as HarfBuzz reads it.</summary>
internal sealed class FontProgram : IDisposable
{
    private readonly GCHandle _bytes;
    private readonly Blob _blob;
    private readonly Face _face;
    private readonly Font _font;

    public FontProgram(byte[] program)
    {
        _bytes = GCHandle.Alloc(program, GCHandleType.Pinned);
        _blob = new Blob(_bytes.AddrOfPinnedObject(), program.Length, MemoryMode.ReadOnly);
        _face = new Face(_blob, 0);
        _font = new Font(_face);
        _font.SetScale(_face.UnitsPerEm, _face.UnitsPerEm);
        _font.SetFunctionsOpenType();
    }

    /// <summary>A glyph's advance in thousandths of an em.</summary>
    public double WidthOf(int glyph) => 1000.0 * _font.GetHorizontalGlyphAdvance((uint)glyph) / _face.UnitsPerEm;

    public void Dispose()
    {
        _font.Dispose();
        _face.Dispose();
        _blob.Dispose();
        _bytes.Free();
    }
}
