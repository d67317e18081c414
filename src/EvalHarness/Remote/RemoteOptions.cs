namespace Loragate.EvalHarness.Remote;

/// <summary>A server that speaks vLLM's protocol.</summary>
public sealed record RemoteOptions
{
    /// <summary>The most requests in flight unless the caller knows better.</summary>
    public const int DefaultInFlight = 8;

    /// <summary>Where it listens: "http://host:8000/".</summary>
    public required Uri Address { get; init; }

    /// <summary>The id that it serves the base under.</summary>
    public required string BaseModel { get; init; }

    /// <summary>The key that the server was started with (vLLM's <c>--api-key</c>), sent with every request; null for none.</summary>
    public string? ApiKey { get; init; }

    /// <summary>How many requests are under way at once, at most.</summary>
    public int InFlight { get; init; } = DefaultInFlight;

    /// <summary>How long one answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The pause before a second attempt; it doubles with each.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The clock that pauses are taken by.</summary>
    public required TimeProvider Clock { get; init; }
}
