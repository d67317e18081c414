using Loragate.Testing;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Loragate.Browser.Chromium))]

namespace Loragate.Browser;

/// <summary>The installed Chromium, without a window; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string? Program = new[] { "chromium", "chromium-browser", "google-chrome" }.FirstOrDefault(Shell.Has);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        if (Program is null)
            return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Path.Combine("/usr/bin", Program), Args = ["--no-sandbox"] });
    }

    /// <summary>Opens a file from the disk and waits until it is there.</summary>
    public async Task<OpenedPage> OpenAsync(string path, int width)
    {
        Assert.SkipWhen(_browser is null, "Chromium is not installed.");
        var page = await _browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = width, Height = 900 } });
        var opened = new OpenedPage(page);
        await page.GotoAsync(new Uri(path).AbsoluteUri);
        return opened;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
    }
}
