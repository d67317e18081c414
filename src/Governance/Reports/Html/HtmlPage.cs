using System.Security.Cryptography;
using System.Text;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Html;

/// <summary>A page that needs nothing but itself: style and script are inside, and its own policy lets nothing else in.</summary>
internal static class HtmlPage
{
    private static readonly string Style = Resource("report.css");
    private static readonly string Script = Resource("report.js");

    /// <summary>Writes a page.</summary>
    /// <param name="blocks">What it says.</param>
    /// <param name="title">Its title.</param>
    /// <param name="text">The sentences of its language.</param>
    /// <param name="note">A line below everything.</param>
    public static byte[] Write(IEnumerable<Block> blocks, string title, ReportText text, string note)
    {
        var html = new HtmlText();
        foreach (var block in blocks)
            block.Write(html, text);
        html.Close("section");
        var language = text.Language == ReportLanguage.Japanese ? "ja" : "en";
        return Encoding.UTF8.GetBytes(
            $"""
            <!DOCTYPE html>
            <html lang="{language}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src {HashOf(Style)}; script-src {HashOf(Script)}">
            <title>{HtmlText.Escape(title)}</title>
            <style>{Style}</style>
            </head>
            <body>
            <a class="skip" href="#main">{HtmlText.Escape(text["html.skip"])}</a>
            <main id="main">
            <section>
            {html}</main>
            <footer><p>{HtmlText.Escape(note)}</p></footer>
            <script>{Script}</script>
            </body>
            </html>

            """);
    }

    private static string HashOf(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private static string Resource(string file)
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream($"Loragate.Governance.Reports.{file}")
            ?? throw new InvalidOperationException($"{file} is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
