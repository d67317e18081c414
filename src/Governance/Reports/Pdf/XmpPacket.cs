using System.Security;
using System.Text;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>The metadata of a report (ISO 16684-1), which says that it is PDF/A-3b (ISO 19005-3 §6.6.4).</summary>
internal static class XmpPacket
{
    /// <summary>The packet in UTF-8.</summary>
    /// <param name="title">The document's title.</param>
    /// <param name="language">Its language, "en".</param>
    /// <param name="creator">What drew it.</param>
    public static byte[] Of(string title, string language, string creator) => Encoding.UTF8.GetBytes(
        $"""
        <?xpacket begin="{'\uFEFF'}" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/">
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
        <dc:format>application/pdf</dc:format>
        <dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
        <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{SecurityElement.Escape(title)}</rdf:li></rdf:Alt></dc:title>
        <pdf:Producer>loragate</pdf:Producer>
        <xmp:CreatorTool>{SecurityElement.Escape(creator)}</xmp:CreatorTool>
        <pdfaid:part>3</pdfaid:part>
        <pdfaid:conformance>B</pdfaid:conformance>
        </rdf:Description>
        </rdf:RDF>
        </x:xmpmeta>
        <?xpacket end="r"?>
        """);
}
