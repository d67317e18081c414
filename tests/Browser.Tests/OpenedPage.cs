using Microsoft.Playwright;

namespace Loragate.Browser;

/// <summary>A page with all that it asked for and complained of.</summary>
public sealed class OpenedPage : IAsyncDisposable
{
    private readonly List<string> _requests = [];
    private readonly List<string> _messages = [];

    public OpenedPage(IPage page)
    {
        Page = page;
        page.Request += (_, request) => _requests.Add(request.Url);
        page.Console += (_, message) => _messages.Add(message.Text);
        page.PageError += (_, error) => _messages.Add(error);
    }

    public IPage Page { get; }

    public IReadOnlyList<string> Requests => _requests;

    public IReadOnlyList<string> Messages => _messages;

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
