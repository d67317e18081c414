using System.Globalization;
using System.Text;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Reports.Pdf;
using Loragate.Governance.Reports.Text;
using Loragate.Testing;

namespace Loragate.Governance.Reports;

public sealed class AuditReportTests
{
    private static readonly string[] JapaneseNames = ["hostile", "tried-hostile"];
    private static readonly bool HasPoppler = Shell.Has("pdffonts") && Shell.Has("pdftotext") && Shell.Has("pdfinfo");

    [Theory]
    [MemberData(nameof(ReportSamples.All), MemberType = typeof(ReportSamples))]
    public void The_same_contents_give_the_same_bytes_in_any_culture(string name, ReportLanguage language)
    {
        var fonts = Fonts(language);
        var culture = CultureInfo.CurrentCulture;
        var first = AuditReport.Render(ReportSamples.Named[name], language, fonts);
        // Under InvariantGlobalization all cultures of the machine are this one culture; only one with signs of its own can make a difference.
        CultureInfo.CurrentCulture = Strange();
        try
        {
            Assert.Equal("~1,5", (-1.5).ToString(CultureInfo.CurrentCulture));
            GC.Collect(); // Fonts that the collector may move have once given other bytes the second time.
            Assert.Equal(first, AuditReport.Render(ReportSamples.Named[name], language, fonts));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [MemberData(nameof(ReportSamples.All), MemberType = typeof(ReportSamples))]
    public void Fonts_are_embedded_subset_and_searchable_and_none_is_type_3(string name, ReportLanguage language)
    {
        Assert.SkipUnless(HasPoppler, "poppler-utils is not installed.");
        using var folder = new TempFolder();
        var lines = FileRules.CheckFonts(Write(folder, name, language));
        Assert.Equal(language == ReportLanguage.Japanese || (JapaneseNames.Contains(name) && JapaneseFonts.FindIfInstalled() is not null), lines.Any(line => !line.Contains("OpenSans", StringComparison.Ordinal) && !line.Contains("NotoMono", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(ReportSamples.All), MemberType = typeof(ReportSamples))]
    public void The_file_is_sound_small_and_undated(string name, ReportLanguage language)
    {
        Assert.SkipUnless(Shell.Has("qpdf"), "qpdf is not installed.");
        using var folder = new TempFolder();
        var path = Write(folder, name, language);
        FileRules.CheckSyntax(path);
        var bytes = File.ReadAllBytes(path);
        Assert.True(bytes.Length < 400_000, $"{bytes.Length} bytes: whole fonts were embedded");
        var text = Encoding.Latin1.GetString(bytes);
        Assert.DoesNotContain("CreationDate", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ModDate", text, StringComparison.Ordinal);
        Assert.DoesNotContain("xmp:CreateDate", text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(ReportSamples.All), MemberType = typeof(ReportSamples))]
    public void The_text_holds_the_verdict_every_rule_and_every_digest(string name, ReportLanguage language)
    {
        Assert.SkipUnless(HasPoppler, "poppler-utils is not installed.");
        var contents = ReportSamples.Named[name];
        var texts = ReportText.Load(language);
        var text = Squeezed(Extract(name, language));
        var decision = contents.Decision;
        var verdict = decision.Verdict.ToString().ToLowerInvariant();
        Assert.Contains(Squeezed(texts[$"verdict.{verdict}"] + texts[$"headline.{verdict}"]), text, StringComparison.Ordinal);
        Assert.Contains(Squeezed(texts["limits.heading"]), text, StringComparison.Ordinal);
        Assert.Contains(decision.ComputeDigest().Hex, text, StringComparison.Ordinal);
        Assert.All(decision.Evidence, link => Assert.Contains(link.Digest.Hex, text, StringComparison.Ordinal));
        foreach (var rule in decision.Rules)
        {
            // Cells stand side by side: what a row says is searched for line by line.
            Assert.All(rule.Id.Split(' '), word => Assert.Contains(word[..Math.Min(word.Length, 20)], text, StringComparison.Ordinal));
            Assert.All(rule.Evidence, digest => Assert.Contains(digest.Abbreviated, text, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(ReportSamples.All), MemberType = typeof(ReportSamples))]
    public void No_character_of_the_page_text_is_lost(string name, ReportLanguage language)
    {
        Assert.SkipUnless(HasPoppler, "poppler-utils is not installed.");
        var text = Extract(name, language);
        Assert.DoesNotContain('\uFFFD', text);
        Assert.DoesNotContain('\u202E', text);
        Assert.DoesNotContain('\u0007', text);
        // Radicals and compatibility forms would mean that a glyph extracts as a look-alike of what was written.
        Assert.DoesNotContain(text, c => c is >= '\u2E80' and <= '\u2FDF' or >= '\uF900' and <= '\uFAFF');
        Assert.DoesNotContain(text, c => c is >= '\uFB00' and <= '\uFB06');
    }

    [Theory]
    [InlineData("approved", 6, 10)]
    [InlineData("undecided", 4, 7)]
    [InlineData("sixty", 10, 25)]
    [InlineData("hostile", 10, 70)]
    public void The_report_has_a_sane_number_of_pages(string name, int least, int most)
    {
        Assert.SkipUnless(HasPoppler, "poppler-utils is not installed.");
        using var folder = new TempFolder();
        foreach (var language in Enum.GetValues<ReportLanguage>())
        {
            var info = Shell.Run("pdfinfo", folder.Path, Write(folder, name, language)).Output;
            var pages = int.Parse(info.Split('\n').Single(line => line.StartsWith("Pages:", StringComparison.Ordinal))[6..], CultureInfo.InvariantCulture);
            Assert.InRange(pages, least, most);
            Assert.Contains("(A4)", info, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_page_carries_its_number_and_the_decisions_digest()
    {
        Assert.SkipUnless(HasPoppler, "poppler-utils is not installed.");
        var pages = Extract("sixty", ReportLanguage.English).Split('\f', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < pages.Length; i++)
        {
            Assert.Contains($"Page {i + 1} of {pages.Length}", pages[i], StringComparison.Ordinal);
            Assert.Contains(ReportSamples.SixtyRules.Decision.ComputeDigest().Hex, pages[i], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Records_that_tell_a_thing_twice_are_drawn_all_the_same()
    {
        var (sample, second) = (ReportSamples.ManyModules, ReportSamples.Second);
        var contents = sample with
        {
            Inspection = sample.Inspection with { Modules = [.. sample.Inspection.Modules, .. sample.Inspection.Modules] },
            Previous = second.Previous! with { Rules = [.. second.Previous.Rules, .. second.Previous.Rules] },
            BaseEvaluations = [.. sample.BaseEvaluations.Select(each => each with { Report = each.Report with { Items = [.. each.Report.Items, .. each.Report.Items] } })],
        };
        Assert.NotEmpty(AuditReport.Render(contents, ReportLanguage.English, Fonts(ReportLanguage.English)));
    }

    [Fact]
    public void Table_heads_come_again_on_every_page_of_the_table()
    {
        Assert.SkipUnless(HasPoppler, "poppler-utils is not installed.");
        var pages = Extract("sixty", ReportLanguage.English).Split('\f');
        // Only the rule table writes the reason; the chart and the decision page do not.
        var withRules = pages.Where(page => page.Contains("The confidence bounds", StringComparison.Ordinal)).ToArray();
        Assert.True(withRules.Length > 3);
        Assert.All(withRules, page => Assert.Contains("Controls", page, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ReportLanguage.English, "Remaining risk", "Original and changed model compared")]
    [InlineData(ReportLanguage.Japanese, "残存リスク", "元のモデルと変更後のモデルの比較")]
    public void The_decision_has_a_page_of_its_own(ReportLanguage language, string risk, string next)
    {
        Assert.SkipUnless(HasPoppler, "poppler-utils is not installed.");
        foreach (var name in new[] { "approved", "rejected", "undecided", "tried", "banking" })
        {
            var pages = Extract(name, language).Split('\f');
            Assert.Contains(risk, pages[0], StringComparison.Ordinal);
            Assert.Contains(ReportSamples.Named[name].Decision.ComputeDigest().Hex, pages[0], StringComparison.Ordinal);
            Assert.Contains(next, pages[1], StringComparison.Ordinal);
            Assert.DoesNotContain(next, pages[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_approval_says_what_was_shown_in_its_favour()
    {
        Assert.SkipUnless(HasPoppler, "poppler-utils is not installed.");
        using var folder = new TempFolder();
        var passed = ReportSamples.Approved with { Decision = ReportSamples.Approved.Decision with { Rules = [.. ReportSamples.Approved.Decision.Rules.Where(rule => rule.Outcome == Outcome.Passed)] } };
        var report = folder.Write("report.pdf", AuditReport.Render(passed, ReportLanguage.English, FontSet.Bundled));
        var page = Shell.Run("pdftotext", folder.Path, "-enc", "UTF-8", report, "-").Output.Split('\f')[0].ReplaceLineEndings(" ");
        Assert.Contains("The change brings the improvement it was made for. Of 400 test items, 48.0 % were answered right before and 86.5 % are now; a gain of more than 10 points is demanded.", page, StringComparison.Ordinal);
        Assert.Contains("The changed model keeps the abilities of the original. Of 400 test items, 91.0 % were answered right before and 89.8 % are now; less than 10 points may be lost.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_in_the_unit_of_a_metric_are_not_for_the_first_page()
    {
        Assert.SkipUnless(HasPoppler, "poppler-utils is not installed.");
        Assert.Contains("The figures are in the comparison that follows.", Extract("banking", ReportLanguage.English).ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains("数値は、次ページ以降の比較に示します。", Squeezed(Extract("banking", ReportLanguage.Japanese)), StringComparison.Ordinal);
        Assert.DoesNotContain("loglikelihood", Extract("banking", ReportLanguage.English).Split('\f')[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_for_the_board_is_free_of_jargon()
    {
        Assert.SkipUnless(HasPoppler, "poppler-utils is not installed.");
        var page = Extract("rejected", ReportLanguage.English).Split('\f')[0];
        Assert.All(new[] { "LoRA", "tensor", "non-inferiority", "confidence", "bound", "token", "merge" }, word => Assert.DoesNotContain(word, page, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Japanese_dates_and_units_are_written_as_japanese_does()
    {
        Assert.SkipUnless(HasPoppler, "poppler-utils is not installed.");
        var text = Squeezed(Extract("rejected", ReportLanguage.Japanese));
        Assert.Contains("2026年11月24日", text, StringComparison.Ordinal);
        Assert.Contains("+21.4ポイント", text, StringComparison.Ordinal);
        Assert.Contains("±5.0ポイント", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_verdict_gives_another_report()
    {
        var contents = ReportSamples.Approved;
        var changed = contents with { Decision = contents.Decision with { Adapter = contents.Decision.Adapter with { Digest = ReportSamples.D("other") } } };
        Assert.NotEqual(
            AuditReport.Render(contents, ReportLanguage.English, FontSet.Bundled), AuditReport.Render(changed, ReportLanguage.English, FontSet.Bundled));
    }

    [Fact]
    public void Japanese_names_in_an_English_report_are_shown_where_a_font_is_installed()
    {
        Assert.SkipWhen(JapaneseFonts.FindIfInstalled() is null, "No Japanese font is installed.");
        var page = Text(ReportSamples.Hostile, FontSet.For(ReportLanguage.English), new List<string>());
        Assert.Contains("アダプターxxx", page, StringComparison.Ordinal);
        Assert.DoesNotContain("‹U+30A2›", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Characters_that_no_font_shows_are_told_with_what_to_install_and_in_the_limits()
    {
        List<string> said = [];
        var decision = ReportSamples.Approved.Decision;
        var contents = ReportSamples.Approved with { Decision = decision with { Adapter = decision.Adapter with { Name = "アダプター-ไทย" } } };
        var page = Text(contents, FontSet.Bundled, said);
        Assert.Contains("‹U+30A2›", page, StringComparison.Ordinal);
        Assert.All(new[] { page, Squeezed(Assert.Single(said)) }, text => Assert.All(
            new[] { "JapaneseorChinesecharacters", "fonts-ipaexfont-gothic", "Thaicharacters" }, word => Assert.Contains(word, text, StringComparison.Ordinal)));
        said.Clear();
        Assert.DoesNotContain("spelledoutbyitsnumber", Text(ReportSamples.Approved, FontSet.Bundled, said), StringComparison.Ordinal);
        Assert.Empty(said);
    }

    [Fact]
    public void A_japanese_report_without_a_japanese_font_says_what_to_install()
    {
        var exception = Assert.Throws<ReportFontException>(() => AuditReport.Render(ReportSamples.Approved, ReportLanguage.Japanese, FontSet.Bundled));
        Assert.Contains("fonts-ipaexfont-gothic", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>The text of an English report, without spaces.</summary>
    private static string Text(ReportContents contents, FontSet fonts, List<string> said)
    {
        using var document = ForeignReader.Open(AuditReport.Render(contents, ReportLanguage.English, fonts, say: new Listener(said)));
        return Squeezed(string.Concat(document.GetPages().SelectMany(page => page.Letters).Select(letter => letter.Value)));
    }

    private sealed class Listener(List<string> said) : IProgress<string>
    {
        public void Report(string value) => said.Add(value);
    }

    private static CultureInfo Strange()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        culture.NumberFormat.NegativeSign = "~";
        culture.DateTimeFormat.DateSeparator = "!";
        culture.DateTimeFormat.TimeSeparator = "!";
        return culture;
    }

    private static FontSet Fonts(ReportLanguage language)
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

    private static string Write(TempFolder folder, string name, ReportLanguage language) =>
        folder.Write($"{name}-{language}.pdf", AuditReport.Render(ReportSamples.Named[name], language, Fonts(language)));

    private static string Extract(string name, ReportLanguage language)
    {
        using var folder = new TempFolder();
        return Shell.Run("pdftotext", folder.Path, "-enc", "UTF-8", Write(folder, name, language), "-").Output;
    }

    private static string Squeezed(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
