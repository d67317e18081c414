using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Pdf;
using Loragate.Governance.Reports.Sections;
using Loragate.Governance.Reports.Text;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Reports;

/// <summary>
/// The audit report as a PDF/A-3b (ISO 19005-3), A4: first the decision for whoever must take it, then the evidence for whoever must check it, and inside
/// the file the evidence itself.
/// </summary>
public static class AuditReport
{
    /// <summary>
    /// Renders the report. The bytes depend on the arguments alone: no clock, host, culture or random id goes into them, but for the signature's own.
    /// All fonts are embedded as TrueType subsets with Unicode maps.
    /// </summary>
    /// <param name="contents">The records.</param>
    /// <param name="language">The report's language.</param>
    /// <param name="fonts">The fonts; a Japanese report needs <see cref="FontSet.Japanese"/>.</param>
    /// <param name="signer">Signs the report (PAdES B-B); null for none.</param>
    /// <param name="earlier">A report that may be the same: where it differs in nothing but its signature, and that is by this signer, it is returned as it is.</param>
    /// <param name="say">Told of the characters that no font shows; null tells nobody.</param>
    /// <exception cref="ReportFontException">The language has no font in <paramref name="fonts"/>.</exception>
    /// <exception cref="ReportSizeException">The files are more than the verifier of reports reads.</exception>
    public static byte[] Render(ReportContents contents, ReportLanguage language, FontSet fonts, Signer? signer = null, ReadOnlyMemory<byte> earlier = default, IProgress<string>? say = null)
    {
        ArgumentNullException.ThrowIfNull(contents);
        ReportAttachments.RequireReadable(contents.Files);
        var unsigned = Compose(contents, language, fonts, isToBeSigned: signer is not null, say);
        if (signer is null)
            return unsigned;
        return ReportSignature.IsOf(earlier, unsigned, signer) ? earlier.ToArray() : ReportSignature.Sign(unsigned, signer, Time(contents));
    }

    /// <summary>The report before it is signed, with or without a place for the signature.</summary>
    internal static byte[] Compose(ReportContents contents, ReportLanguage language, FontSet fonts, bool isToBeSigned, IProgress<string>? say = null)
    {
        ArgumentNullException.ThrowIfNull(fonts);
        var text = ReportText.Load(language);
        contents = contents with { Form = isToBeSigned ? ReportForm.SignedFile : ReportForm.UnsignedFile };
        // Pages are drawn by one thread, and do not depend on how the evidence is packed.
        var packing = Task.Run(() => PackedFile.Of(contents.Files));
        var (drawn, unshown) = Draw(contents, text, fonts);
        // What no font shows is known when all is drawn, and the report itself has to say so.
        if (unshown.Count > 0)
        {
            drawn = Draw(contents with { Unshown = unshown }, text, fonts).Drawn;
            say?.Report(UnshownWords.Of(unshown));
        }
        return PdfArchive.Write(drawn, Title(contents, text), DrawnBy.Creator(contents.Build), language, packing.GetAwaiter().GetResult(), isToBeSigned ? Time(contents) : null);
    }

    private static (DrawnPdf Drawn, IReadOnlyCollection<Script> Unshown) Draw(ReportContents contents, ReportText text, FontSet fonts)
    {
        using var type = new Typesetter(fonts, text.Language);
        var drawn = PdfDocument.Write(Sections(text).SelectMany(section => section.Compose(contents)), Around(contents, text), Title(contents, text), DrawnBy.Creator(contents.Build), type);
        return (drawn, [.. type.Unshown]);
    }

    private static DateTimeOffset Time(ReportContents contents) => contents.Judged ?? contents.Run.Created;

    private static string Title(ReportContents contents, ReportText text) => text.Fill("report.pdf-title", ("adapter", Legible.Text(contents.Decision.Adapter.Name, static _ => true)));

    /// <summary>The parts in their order, the same in every form of the report.</summary>
    internal static IReadOnlyList<Section> Sections(ReportText text) =>
    [
        new DecisionSection(text),
        new ComparisonSection(text),
        new PreviousSection(text),
        new BiasSection(text),
        new TrialSection(text),
        new TrainingSection(text),
        new MergeSection(text),
        new InspectionSection(text),
        new RulesSection(text),
        new LineageSection(text),
        new ApprovalsSection(text),
        new LimitsSection(text),
        new SignaturesSection(text),
        new VerificationSection(text),
    ];

    private static Furniture Around(ReportContents contents, ReportText text) => new(
        text["report.title"],
        contents.Decision.Adapter.Name,
        text.Fill("report.decision-digest", ("digest", contents.Decision.ComputeDigest().Hex)),
        (page, count) => text.Fill("report.page", ("page", ReportNumbers.Count(page)), ("count", ReportNumbers.Count(count))));
}
