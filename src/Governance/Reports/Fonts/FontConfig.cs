using System.Runtime.InteropServices;

namespace Loragate.Governance.Reports.Fonts;

/// <summary>
/// Asks fontconfig for a family's file, where fontconfig is installed. Loaded by hand: a machine without it is no error.
/// Source: fontconfig developers' reference (FcFontMatch, FcPatternGetString).
/// </summary>
internal static unsafe class FontConfig
{
    private const int MatchPattern = 0;
    private static readonly string[] Libraries = ["libfontconfig.so.1", "libfontconfig.1.dylib"];
    private static readonly Lock Gate = new();
    private static readonly nint Library = Load();

    /// <summary>The file and face of a family; null without fontconfig or without the family (fontconfig itself would offer another).</summary>
    public static (string Path, int Index)? Find(string family)
    {
        if (Library == 0)
            return null;
        lock (Gate)
        {
            return Match(family);
        }
    }

    private static (string Path, int Index)? Match(string family)
    {
        var parse = (delegate* unmanaged<byte*, nint>)NativeLibrary.GetExport(Library, "FcNameParse");
        var substitute = (delegate* unmanaged<nint, nint, int, int>)NativeLibrary.GetExport(Library, "FcConfigSubstitute");
        var defaults = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(Library, "FcDefaultSubstitute");
        var match = (delegate* unmanaged<nint, nint, int*, nint>)NativeLibrary.GetExport(Library, "FcFontMatch");
        var destroy = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(Library, "FcPatternDestroy");
        nint pattern;
        fixed (byte* name = Utf8(family + ":style=Regular"))
            pattern = parse(name);
        if (pattern == 0)
            return null;
        _ = substitute(0, pattern, MatchPattern);
        defaults(pattern);
        int result;
        var font = match(0, pattern, &result);
        destroy(pattern);
        if (font == 0)
            return null;
        var found = Families(font).Contains(family, StringComparer.OrdinalIgnoreCase) && Text(font, "file", 0) is { } file
            ? ((string, int)?)(file, Number(font, "index"))
            : null;
        destroy(font);
        return found;
    }

    private static List<string> Families(nint font)
    {
        List<string> families = [];
        while (Text(font, "family", families.Count) is { } family)
            families.Add(family);
        return families;
    }

    private static string? Text(nint font, string property, int index)
    {
        var get = (delegate* unmanaged<nint, byte*, int, byte**, int>)NativeLibrary.GetExport(Library, "FcPatternGetString");
        byte* value;
        fixed (byte* name = Utf8(property))
            return get(font, name, index, &value) == 0 ? Marshal.PtrToStringUTF8((nint)value) : null;
    }

    private static int Number(nint font, string property)
    {
        var get = (delegate* unmanaged<nint, byte*, int, int*, int>)NativeLibrary.GetExport(Library, "FcPatternGetInteger");
        int value;
        fixed (byte* name = Utf8(property))
            return get(font, name, 0, &value) == 0 ? value & 0xFFFF : 0;
    }

    private static byte[] Utf8(string text) => [.. System.Text.Encoding.UTF8.GetBytes(text), 0];

    private static nint Load() =>
        Libraries.Select(name => NativeLibrary.TryLoad(name, out var handle) ? handle : 0).FirstOrDefault(handle => handle != 0);
}
