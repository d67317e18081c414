using Loragate.Governance.Keys;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>Signed reports with files inside, made once.</summary>
internal static class SignedSample
{
    private static readonly Dictionary<(string, ReportLanguage), byte[]> Made = [];

    public static TheoryData<string, ReportLanguage> All => ReportSamples.All;

    public static byte[] Bytes(string name, ReportLanguage language)
    {
        lock (Made)
        {
            if (!Made.TryGetValue((name, language), out var bytes))
                Made.Add((name, language), bytes = Make(name, language));
            return bytes;
        }
    }

    public static FontSet Fonts(ReportLanguage language)
    {
        try
        {
            return FontSet.For(language);
        }
        catch (ReportFontException missing)
        {
            Assert.Skip(missing.Message);
            throw;
        }
    }

    public static SigningKey NewKey(KeyType type = KeyType.P256)
    {
        using var folder = new TempFolder();
        _ = KeyFile.New(folder.PathTo("key.pem"), type);
        return SigningKey.Read(folder.PathTo("key.pem"));
    }

    private static byte[] Make(string name, ReportLanguage language)
    {
        using var key = NewKey();
        return AuditReport.Render(ReportSamples.WithFiles(ReportSamples.Named[name]), language, Fonts(language), new Signer(key));
    }
}
