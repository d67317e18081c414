using System.Runtime.InteropServices;
using HarfBuzzSharp;

namespace Loragate.Governance.Reports.Fonts;

/// <summary>
/// Cuts a font down to the glyphs that a report uses, keeping their numbers, so that text shaped with the whole font can be drawn with the subset.
/// Skia's build here embeds whole fonts (IPAexGothic alone is 6 MB). Source: HarfBuzz hb-subset API.
/// </summary>
internal static unsafe class FontSubset
{
    private const string Library = "libHarfBuzzSharp";
    private const uint NoHinting = 0x01;
    private const uint RetainGlyphIds = 0x02;
    private const uint NotdefOutline = 0x40;
    private const uint NoLayoutClosure = 0x200;
    private const int DropTables = 3;
    private static readonly string[] ShapingTables = ["GSUB", "GPOS", "GDEF", "kern", "DSIG", "vhea", "vmtx", "VORG", "BASE"];

    /// <summary>The subset of <paramref name="face"/> with these characters and, for glyphs that no character names, these glyphs.</summary>
    public static byte[] Make(Face face, string name, IEnumerable<uint> characters, IEnumerable<ushort> glyphs)
    {
        var input = hb_subset_input_create_or_fail();
        if (input == 0)
            throw new InvalidOperationException("HarfBuzz cannot allocate a subset.");
        Add(hb_subset_input_unicode_set(input), characters);
        Add(hb_subset_input_glyph_set(input), glyphs.Select(glyph => (uint)glyph));
        Add(hb_subset_input_set(input, DropTables), ShapingTables.Select(tag => (uint)Tag.Parse(tag)));
        hb_subset_input_set_flags(input, NoHinting | RetainGlyphIds | NotdefOutline | NoLayoutClosure);
        var subset = hb_subset_or_fail(face.Handle, input);
        hb_subset_input_destroy(input);
        return subset != 0 ? Bytes(subset) : throw new ReportFontException(name, "cannot be cut to a subset", "The font is damaged: install it again.");
    }

    private static void Add(nint set, IEnumerable<uint> values)
    {
        foreach (var value in values)
            hb_set_add(set, value);
    }

    private static byte[] Bytes(nint face)
    {
        var blob = hb_face_reference_blob(face);
        var data = hb_blob_get_data(blob, out var length);
        var bytes = new ReadOnlySpan<byte>((void*)data, (int)length).ToArray();
        hb_blob_destroy(blob);
        hb_face_destroy(face);
        return bytes;
    }

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern nint hb_subset_input_create_or_fail();

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern nint hb_subset_input_unicode_set(nint input);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern nint hb_subset_input_glyph_set(nint input);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern nint hb_subset_input_set(nint input, int kind);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern void hb_subset_input_set_flags(nint input, uint flags);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern void hb_subset_input_destroy(nint input);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern nint hb_subset_or_fail(nint face, nint input);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern void hb_set_add(nint set, uint value);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern nint hb_face_reference_blob(nint face);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern nint hb_blob_get_data(nint blob, out uint length);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern void hb_blob_destroy(nint blob);

    [DllImport(Library)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern void hb_face_destroy(nint face);
}
