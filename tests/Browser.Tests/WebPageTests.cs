using Deque.AxeCore.Playwright;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Auditing;
using Loragate.Governance.Publication;
using Loragate.Governance.Reports;
using Loragate.Governance.Reports.Html;
using Loragate.Testing;
using Microsoft.Playwright;

namespace Loragate.Browser;

public sealed class WebPageTests(Chromium chromium) : IDisposable
{
    private const int Phone = 390;
    private const int Desk = 1280;
    private readonly TempFolder _temp = new();

    public static TheoryData<string, ReportLanguage, int> Pages =>
    [
        .. from name in new[] { "rejected", "people", "banking", "approved", "second", "tried", "sixty", "hostile", "compare", "portfolio", "narrow-heat" }
           from language in Enum.GetValues<ReportLanguage>()
           from width in new[] { Phone, Desk }
           select new TheoryDataRow<string, ReportLanguage, int>(name, language, width),
    ];

    [Theory, MemberData(nameof(Pages))]
    public async Task A_page_needs_nothing_but_itself_and_fits_its_window(string name, ReportLanguage language, int width)
    {
        await using var opened = await OpenAsync(name, language, width);
        Assert.Single(opened.Requests); // the file itself
        Assert.Empty(opened.Messages); // what its own content policy blocks is a message
        Assert.InRange(await opened.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 1, width);
        Assert.Equal(language == ReportLanguage.Japanese ? "ja" : "en", await opened.Page.EvaluateAsync<string>("document.documentElement.lang"));
    }

    [Theory]
    [InlineData("second", ReportLanguage.English)]
    [InlineData("second", ReportLanguage.Japanese)]
    [InlineData("tried", ReportLanguage.English)]
    [InlineData("tried", ReportLanguage.Japanese)]
    public async Task On_a_phone_no_cell_and_no_head_of_a_column_runs_over_what_follows(string name, ReportLanguage language)
    {
        await using var opened = await OpenAsync(name, language, Phone);
        // A line's descenders may reach a pixel over a box.
        Assert.Equal(0, await opened.Page.EvaluateAsync<int>("[...document.querySelectorAll('td[data-head]')].filter(cell => cell.scrollHeight > cell.clientHeight + 1).length"));
    }

    [Theory, MemberData(nameof(Pages))]
    public async Task Axe_finds_nothing_serious(string name, ReportLanguage language, int width)
    {
        await using var opened = await OpenAsync(name, language, width);
        var found = (await opened.Page.RunAxe()).Violations.Where(violation => violation.Impact is "serious" or "critical");
        Assert.All(found, violation => Assert.Fail($"{violation.Id}: {violation.Help} at {violation.Nodes[0].Html}"));
    }

    [Fact]
    public async Task The_rule_table_is_sorted_by_mouse_and_by_keyboard()
    {
        await using var opened = await OpenAsync("sixty", ReportLanguage.English, Desk);
        var table = opened.Page.Locator("table.sortable");
        var measured = table.Locator("thead th").Nth(2);
        await measured.Locator("button").ClickAsync();
        Assert.Equal("ascending", await measured.GetAttributeAsync("aria-sort"));
        Assert.Contains("retained-skill-01", await table.Locator("tbody tr").First.InnerTextAsync(), StringComparison.Ordinal);
        await measured.Locator("button").FocusAsync();
        await opened.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("descending", await measured.GetAttributeAsync("aria-sort"));
        Assert.Contains("retained-skill-60", await table.Locator("tbody tr").First.InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_keyboard_reaches_the_text_at_once()
    {
        await using var opened = await OpenAsync("approved", ReportLanguage.English, Desk);
        await opened.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("#main", await opened.Page.EvaluateAsync<string>("document.activeElement.getAttribute('href')"));
    }

    [Theory]
    [InlineData("rejected", ReportLanguage.English)]
    [InlineData("rejected", ReportLanguage.Japanese)]
    [InlineData("compare", ReportLanguage.English)]
    [InlineData("portfolio", ReportLanguage.English)]
    public async Task Every_number_leads_to_a_record_that_is_there(string name, ReportLanguage language)
    {
        await using var opened = await OpenAsync(name, language, Desk);
        var targets = await opened.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('main a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))");
        Assert.NotEmpty(targets);
        var places = await opened.Page.EvaluateAsync<string[]>("[...document.querySelectorAll('[id]')].map(e => e.id)");
        Assert.All(targets, target => Assert.Contains(target, places));
        Assert.Equal(places.Length, places.Distinct().Count());
    }

    [Fact]
    public async Task The_drift_of_a_check_is_drawn_release_by_release_with_its_numbers()
    {
        await using var opened = await OpenAsync("portfolio", ReportLanguage.English, Desk);
        var chart = opened.Page.Locator("table.plot", new PageLocatorOptions { HasText = "gender-drift" });
        var rows = chart.Locator("tbody tr");
        Assert.Equal(["routing-good 2", "routing-good 3"], await rows.Locator("th .strong").AllInnerTextsAsync());
        Assert.Equal(2, await rows.Locator("svg").CountAsync());
        Assert.Contains("+21.4 [+17.1, +25.7]", await rows.First.InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_never_markup()
    {
        var evil = "<img src=x onerror=alert(1)><script>alert(2)</script>";
        var contents = ReportSamples.Approved with { Decision = ReportSamples.Approved.Decision with { Adapter = ReportSamples.Approved.Decision.Adapter with { Name = evil } } };
        await using var opened = await chromium.OpenAsync(_temp.Write("evil.html", HtmlReport.Render(contents, ReportLanguage.English)), Desk);
        Assert.Equal(0, await opened.Page.Locator("img").CountAsync());
        Assert.Equal(1, await opened.Page.Locator("script").CountAsync());
        Assert.Contains(evil, await opened.Page.Locator("main").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(opened.Messages);
    }

    [Fact]
    public async Task A_page_prints()
    {
        await using var opened = await OpenAsync("rejected", ReportLanguage.English, Desk);
        var pdf = await opened.Page.PdfAsync(new PagePdfOptions { Format = "A4" });
        Assert.True(pdf.AsSpan().StartsWith("%PDF-"u8));
        await opened.Page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });
        Assert.False(await opened.Page.Locator(".skip").IsVisibleAsync());
    }

    public void Dispose() => _temp.Dispose();

    private Task<OpenedPage> OpenAsync(string name, ReportLanguage language, int width) =>
        chromium.OpenAsync(_temp.Write($"{name}.html", Render(name, language)), width);

    private static byte[] Render(string name, ReportLanguage language) => name switch
    {
        "compare" => ComparePage.Render([ReportSamples.Approved, ReportSamples.RejectedByBias, ReportSamples.Undecided], language),
        "portfolio" => PortfolioPage.Render("example.org/releases", Releases(), [ReportSamples.Approved.Decision, Earlier], areRevocationsJudged: false, new DateOnly(2026, 12, 1), language),
        "narrow-heat" => HtmlReport.Render(ReportSamples.ManyModules, language),
        _ => HtmlReport.Render(ReportSamples.Named[name], language),
    };

    private static Decision Earlier { get; } = ReportSamples.RejectedByBias.Decision;

    private static IReadOnlyList<PortfolioRelease> Releases()
    {
        var policy = new LoggedIdentity("demo", "1", ReportSamples.D("policy"));
        DecisionData Data(int number, params LoggedWaiver[] waivers) => new(Verdict.Approved, policy, Waivers: waivers.Length > 0 ? waivers : null, Release: number);
        var waiver = new LoggedWaiver("evidence-age", ReportSamples.D("w"), [new LoggedSignature("risk-04", ReportSamples.D("k"), ReportSamples.D("b"))], new DateOnly(2026, 11, 30));
        var time = new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);
        return
        [
            new PortfolioRelease(1, time, "routing-good", ReleaseState.Revoked, ReportSamples.D("d"), Data(1)),
            new PortfolioRelease(4, time, "routing-good", ReleaseState.Superseded, Earlier.ComputeDigest(), Data(2)),
            new PortfolioRelease(9, time, "routing-good", ReleaseState.Current, ReportSamples.Approved.Decision.ComputeDigest(), Data(3, waiver)),
        ];
    }
}
