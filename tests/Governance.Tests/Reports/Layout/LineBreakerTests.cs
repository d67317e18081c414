using Loragate.Governance.Reports.Fonts;

namespace Loragate.Governance.Reports.Layout;

public sealed class LineBreakerTests
{
    private const string Sentence = "「検査」の結果、変更後のモデルは、基準（±5.0ポイント以内）を満たしませんでした。2026年11月24日、ユーザーへ「承認しない」と通知しています。";

    [Fact]
    public void No_line_begins_or_ends_with_what_the_japanese_rules_forbid()
    {
        using var type = Japanese();
        for (var width = 60f; width < 300; width += 3)
        {
            var lines = Lines(type, Sentence, width);
            Assert.Equal(Sentence, string.Concat(lines));
            Assert.DoesNotContain(lines, line => "、。」）ーュァッ".Contains(line[0], StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => "「（".Contains(line[^1], StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_paragraph_does_not_end_in_a_lone_character()
    {
        using var type = Japanese();
        // On narrower lines four characters are too much of the line before.
        for (var width = 150f; width < 500; width += 3)
            Assert.True(Lines(type, Sentence, width)[^1].Length > 2);
    }

    [Fact]
    public void A_number_stays_with_its_counter()
    {
        using var type = Japanese();
        for (var width = 60f; width < 300; width += 3)
            Assert.DoesNotContain(Lines(type, Sentence, width), line => line[0] is '年' or '月' or '日');
    }

    [Fact]
    public void A_number_stays_with_any_of_its_counters_and_with_its_ordinal_mark()
    {
        using var type = Japanese();
        const string counted = "第3版の審査基準により、役割「確認者」2名と責任者1人が、5通の承認と4種の記録、800ステップの学習、3トンと20グラム、7ミリ秒、12ページ、第5番まで確認しました。";
        for (var width = 60f; width < 300; width += 3)
        {
            var lines = Lines(type, counted, width);
            Assert.DoesNotContain(lines.Skip(1).Zip(lines), pair => char.IsAsciiDigit(pair.Second[^1]) && "名人通番種グトスミペ版".Contains(pair.First[0], StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => line[^1] == '第');
        }
    }

    [Fact]
    public void A_japanese_date_or_time_is_not_parted()
    {
        using var type = Japanese();
        for (var width = 90f; width < 300; width += 3)
            Assert.DoesNotContain(Breaks(type, "この証拠の有効期限は2026年12月29日、記録の収集は2026年11月29日11時18分です。", width), each => each.Before[^1] is '年' or '月' or '時');
    }

    [Theory]
    [InlineData("This evidence counts until 29 December 2026, and it was collected on 9 May 2026, 11:18 UTC", "29 December 2026", "9 May 2026", "11:18 UTC")]
    [InlineData("Of the update 12.3 % are lost in a file of 202.8 KB with 1,200 items and rank r = 8 at most", "12.3 %", "202.8 KB", "1,200 items", "r = 8")]
    public void An_english_date_a_number_with_its_unit_and_a_sign_with_its_value_are_not_parted(string text, params string[] pieces)
    {
        using var type = new Typesetter(FontSet.Bundled, ReportLanguage.English);
        for (var width = 110f; width < 400; width += 3)
            Assert.All(pieces, piece => Assert.Contains(Lines(type, text, width), line => line.Contains(piece, StringComparison.Ordinal)));
    }

    [Fact]
    public void A_piece_that_is_wider_than_the_line_is_parted_at_its_spaces()
    {
        using var type = new Typesetter(FontSet.Bundled, ReportLanguage.English);
        Assert.Equal(["29", "December", "2026"], Lines(type, "29 December 2026", 52));
    }

    [Fact]
    public void A_line_that_begins_with_an_opening_bracket_does_not_look_indented()
    {
        using var type = Japanese();
        var bracketed = type.Break("「検査」の結果", Look.Body, 300)[0];
        Assert.Equal(Look.Body.Size / 2, bracketed.Clusters[0].Width, 0.01f);
        Assert.Equal(-Look.Body.Size / 2, bracketed.Clusters[0].Glyphs[0].X, 0.01f);
        Assert.Equal(bracketed.Clusters.Sum(cluster => cluster.Width), bracketed.Width, 0.01f);
        // Amid a line it keeps its square, as other brackets do at a line's start.
        Assert.Equal(Look.Body.Size, type.Break("の「検査」", Look.Body, 300)[0].Clusters[1].Width, 0.01f);
        Assert.Equal(0, type.Break("検査」", Look.Body, 300)[0].Clusters[2].Glyphs[0].X, 0.01f);
    }

    [Fact]
    public void A_number_is_not_parted_at_its_point()
    {
        using var type = Japanese();
        for (var width = 60f; width < 200; width += 2)
            Assert.DoesNotContain(Lines(type, "測定値は（+15.44～+20.04）でした。", width), line => char.IsAsciiDigit(line[0]) || line[^1] is '.' or ',');
    }

    [Fact]
    public void No_line_is_wider_than_asked_even_without_any_place_to_break()
    {
        using var type = new Typesetter(FontSet.Bundled, ReportLanguage.English);
        foreach (var text in new[] { new string('x', 400), new string('-', 300), "one two three", string.Concat(Enumerable.Repeat("a/b.c_", 90)) })
        {
            var lines = type.Break(text, Look.Body, 97);
            Assert.Equal(text, string.Join(text.Contains(' ', StringComparison.Ordinal) ? " " : "", lines.Select(Text)));
            Assert.All(lines, line => Assert.True(line.Width <= 97.001f, $"{line.Width}")); // rounding of summed float advances
        }
    }

    [Fact]
    public void English_breaks_at_spaces_and_paths_after_separators()
    {
        using var type = new Typesetter(FontSet.Bundled, ReportLanguage.English);
        Assert.All(Lines(type, "The quick brown fox jumps over the lazy dog again and again", 80)[..^1], line => Assert.Contains(line.Split(' ')[^1], "The quick brown fox jumps over the lazy dog again and again".Split(' ')));
        Assert.All(Lines(type, "evaluations/sample_facts/candidate/first/second/third/fourth", 110)[..^1], line => Assert.Contains(line[^1], "/_"));
    }

    [Fact]
    public void An_option_is_not_parted_from_its_hyphens()
    {
        using var type = new Typesetter(FontSet.Bundled, ReportLanguage.English);
        for (var width = 40f; width < 200; width += 2)
            Assert.DoesNotContain(Lines(type, "loragate verify --vkey file --roots file", width), line => line.EndsWith('-'));
    }

    [Fact]
    public void What_cannot_be_seen_is_spelled_out()
    {
        using var type = new Typesetter(FontSet.Bundled, ReportLanguage.English);
        Assert.Equal("a‹U+202E›b‹U+0007›‹U+65E5›", Lines(type, "a\u202Eb\u0007日", 500).Single());
    }

    [Theory]
    [InlineData("x\u3099")] // a mark that only the Japanese font has
    [InlineData("e\u0301")]
    [InlineData("日\u0301\u3099")]
    public void A_character_whose_marks_no_font_has_with_it_shows_no_empty_box(string text)
    {
        Assert.SkipWhen(JapaneseFonts.FindIfInstalled() is null, "No Japanese font is installed.");
        foreach (var language in Enum.GetValues<ReportLanguage>())
        {
            using var type = new Typesetter(FontSet.For(language), language);
            var line = type.Break($"a{text}b", Look.Body, 500).Single();
            Assert.DoesNotContain(line.Clusters.SelectMany(cluster => cluster.Glyphs), glyph => glyph.Id == 0);
        }
    }

    [Fact]
    public void Marks_that_no_font_has_with_their_character_are_spelled_out_behind_it()
    {
        Assert.SkipWhen(JapaneseFonts.FindIfInstalled() is null, "No Japanese font is installed.");
        using var type = new Typesetter(FontSet.For(ReportLanguage.English), ReportLanguage.English);
        Assert.Equal(["aẅ‹U+3099›b"], Lines(type, "aẅ\u3099b", 500));
    }

    [Fact]
    public void Digits_and_letters_keep_a_glyph_each()
    {
        using var type = new Typesetter(FontSet.Bundled, ReportLanguage.English);
        Assert.All(type.Break("ffi ffl fi 0ff1", Look.Body, 500).Single().Clusters, cluster => Assert.Equal(1, cluster.Text.Length));
    }

    private static Typesetter Japanese()
    {
        Assert.SkipUnless(JapaneseIsInstalled(out var fonts), "No Japanese font is installed.");
        return new Typesetter(fonts, ReportLanguage.Japanese);
    }

    private static bool JapaneseIsInstalled(out FontSet fonts)
    {
        try
        {
            fonts = FontSet.For(ReportLanguage.Japanese);
            return true;
        }
        catch (ReportFontException)
        {
            fonts = FontSet.Bundled;
            return false;
        }
    }

    private static IEnumerable<(string Before, string After)> Breaks(Typesetter type, string text, float width)
    {
        var lines = Lines(type, text, width);
        return lines.Zip(lines.Skip(1));
    }

    private static string[] Lines(Typesetter type, string text, float width) => [.. type.Break(text, Look.Body, width).Select(Text)];

    private static string Text(TextLine line) => string.Concat(line.Clusters.Select(cluster => cluster.Text));
}
