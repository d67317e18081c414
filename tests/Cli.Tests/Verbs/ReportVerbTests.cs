using Loragate.Governance.Keys;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Fonts;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>What <c>loragate report</c> writes: every form, of one dossier, of several and of a ledger, and under whose key.</summary>
public sealed class ReportVerbTests(FinishedDemo demo) : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("report.pdf", "en")]
    [InlineData("report.pdf", "ja")]
    [InlineData("report.html", "ja")]
    [InlineData("README.md", "en")]
    public void The_same_dossier_gives_the_same_bytes_in_any_time_zone_and_culture(string file, string language)
    {
        string[] Environment(string zone, string culture) => [$"TZ={zone}", $"LANG={culture}", $"LC_ALL={culture}", "dotnet", Path.Combine(AppContext.BaseDirectory, "loragate.dll")];
        if (language == "ja")
            SkipWithoutJapaneseFont();
        byte[] Render(string zone, string culture)
        {
            var output = _temp.PathTo(culture, file);
            Directory.CreateDirectory(_temp.PathTo(culture));
            var result = Shell.Run("env", AppContext.BaseDirectory, [.. Environment(zone, culture), "report", "--dossier", demo.DossierOf("routing-biased"), "--output", output, "--lang", language]);
            Assert.True(result.ExitCode == 0, result.Error);
            return File.ReadAllBytes(output);
        }
        // The program formats by no culture of the machine; fontconfig prefers fonts by LANG.
        var first = Render("UTC", "C.UTF-8");
        Assert.Equal(first, Render("Pacific/Kiritimati", "de_DE.UTF-8"));
        Assert.Equal(first, Render("America/St_Johns", "ja_JP.UTF-8"));
    }

    [Fact]
    public void A_private_key_signs_the_report_that_it_writes()
    {
        Executable.Must("report", "--dossier", demo.DossierOf("routing-good"), "--output", _temp.PathTo("signed.pdf"), "--key", demo.Key);
        Assert.Equal(0, Executable.Run("verify", _temp.PathTo("signed.pdf"), "--key", demo.PublicKey, "--vkey", demo.VKey).ExitCode);
        Assert.Equal(64, Executable.Run("report", "--dossier", demo.DossierOf("routing-good"), "--output", _temp.PathTo("x.pdf"), "--key", demo.PublicKey, "--certificate", demo.PublicKey).ExitCode);
    }

    [Fact]
    public void A_request_for_a_time_stamp_is_one_that_authorities_read()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        Executable.Must("report", "--stamp", Path.Combine(demo.DossierOf("routing-good"), "report.pdf"), "--output", _temp.PathTo("request.tsq"));
        Assert.Contains("Hash Algorithm: sha256", Shell.Run("openssl", _temp.Path, "ts", "-query", "-in", "request.tsq", "-text").Output, StringComparison.Ordinal);
        _temp.Write("nonsense.tsr", "nonsense"u8);
        Assert.NotEqual(0, Executable.Run("report", "--stamp", Path.Combine(demo.DossierOf("routing-good"), "report.pdf"), "--timestamp", _temp.PathTo("nonsense.tsr"), "--output", _temp.PathTo("stamped.pdf")).ExitCode);
        Assert.False(File.Exists(_temp.PathTo("stamped.pdf")));
    }

    [Fact]
    public void Several_dossiers_are_compared_and_a_ledger_is_listed()
    {
        Executable.Must("report", "--dossier", demo.DossierOf("routing-good"), "--dossier", demo.DossierOf("routing-biased"), "--output", _temp.PathTo("compare.html"), "--key", demo.PublicKey);
        Assert.All(new[] { "routing-good", "routing-biased", "gender-drift" }, name => Assert.Contains(name, File.ReadAllText(_temp.PathTo("compare.html")), StringComparison.Ordinal));
        Executable.Must("report", "--ledger", demo.Ledger, "--vkey", demo.VKey, "--dossier", demo.DossierOf("routing-good"), "--output", _temp.PathTo("portfolio.html"));
        var portfolio = File.ReadAllText(_temp.PathTo("portfolio.html"));
        Assert.Contains("routing-dora 1", portfolio, StringComparison.Ordinal);
        Assert.Contains("remembers-facts", portfolio, StringComparison.Ordinal);
        Assert.Equal(64, Executable.Run("report", "--dossier", demo.DossierOf("routing-good"), "--dossier", demo.DossierOf("routing-biased"), "--output", _temp.PathTo("compare.pdf")).ExitCode);
        Assert.Equal(64, Executable.Run("report", "--output", _temp.PathTo("nothing.pdf")).ExitCode);
    }

    [Fact]
    public void A_page_of_a_ledger_says_whose_revocations_count_and_refuses_dossiers_of_no_release()
    {
        string[] command = ["report", "--ledger", demo.Ledger, "--vkey", demo.VKey, "--output", _temp.PathTo("portfolio.html")];
        Executable.Must(command);
        Assert.Contains("every logged revocation counts on this page, whoever signed it", File.ReadAllText(_temp.PathTo("portfolio.html")), StringComparison.Ordinal);
        File.Delete(_temp.PathTo("portfolio.html"));
        var shown = Executable.Run([.. command, "--dossier", demo.DossierOf("routing-biased")]);
        Assert.Equal(64, shown.ExitCode);
        Assert.Contains("holds no release by its decision", shown.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.PathTo("portfolio.html")));
    }

    [Fact]
    public void A_dossier_is_not_compared_with_itself()
    {
        var shown = Executable.Run("report", "--dossier", demo.DossierOf("routing-good"), "--dossier", demo.DossierOf("routing-good") + "/", "--output", _temp.PathTo("twice.html"));
        Assert.Equal(64, shown.ExitCode);
        Assert.Contains("is named twice", shown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_card_begins_with_front_matter_that_the_hub_reads()
    {
        Executable.Must("report", "--dossier", demo.DossierOf("routing-good"), "--output", _temp.PathTo("README.md"), "--key", demo.PublicKey);
        var card = File.ReadAllText(_temp.PathTo("README.md"));
        Assert.StartsWith("---\nlibrary_name: peft\nbase_model: \"base\"\n", card, StringComparison.Ordinal);
        Assert.Contains("model-index:", card, StringComparison.Ordinal);
        Assert.Contains("## Not tested", card, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_under_another_key_than_the_gates_is_refused_and_told_why()
    {
        KeyFile.New(_temp.PathTo("own.pem"), KeyType.P256);
        var result = Executable.Run("report", "--dossier", demo.DossierOf("routing-good"), "--output", _temp.PathTo("own.pdf"), "--key", _temp.PathTo("own.pem"));
        Assert.Equal(3, result.ExitCode);
        Assert.Contains("another key sealed the dossier than the one that was given", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_temp.PathTo("own.pdf")));
    }

    public void Dispose() => _temp.Dispose();

    private static void SkipWithoutJapaneseFont()
    {
        try
        {
            _ = FontSet.For(ReportLanguage.Japanese);
        }
        catch (ReportFontException missing)
        {
            Assert.Skip(missing.Message);
        }
    }
}
