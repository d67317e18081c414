namespace Loragate.Governance.Reports.Fonts;

/// <summary>The fonts embedded in this assembly; their licences lie beside them in Fonts/Bundled.</summary>
internal static class BundledFonts
{
    public static FontFile Read(string file)
    {
        using var stream = typeof(BundledFonts).Assembly.GetManifestResourceStream($"Loragate.Governance.Reports.{file}")
            ?? throw new InvalidOperationException($"The font {file} is not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return FontFile.Parse(bytes, file);
    }
}
