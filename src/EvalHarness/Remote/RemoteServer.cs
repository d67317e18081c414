using System.Text.Json;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Remote;

/// <summary>
/// A server that speaks vLLM's protocol (docs.vllm.ai, OpenAI-compatible server): token ids go in, log-probabilities of the prompt's own tokens come out. Text is
/// never sent: the server's tokenizer has no say.
/// </summary>
public sealed class RemoteServer : IDisposable
{
    private const string Models = "v1/models";
    private const string Completions = "v1/completions";

    private readonly RemoteConnection _connection;

    /// <summary>Prepares to ask; nothing is sent yet.</summary>
    public RemoteServer(RemoteOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _connection = new RemoteConnection(options);
    }

    internal RemoteOptions Options { get; }

    /// <summary>Where completions are asked, for messages.</summary>
    internal string Place => _connection.PlaceOf(Completions);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    /// <summary>The server's version.</summary>
    internal string Version(CancellationToken cancellation)
    {
        using var answer = _connection.Ask("version", null, cancellation);
        return Read(answer, "version", static root => root.GetProperty("version").GetString()) ?? throw Malformed("version", "no version");
    }

    /// <summary>The models that it serves.</summary>
    internal IReadOnlyList<ServedModel> List(CancellationToken cancellation)
    {
        using var answer = _connection.Ask(Models, null, cancellation);
        return Read(answer, Models, static root => root.GetProperty("data").EnumerateArray().Select(entry => new ServedModel(
            entry.GetProperty("id").GetString() ?? "",
            Text(entry, "root"),
            Text(entry, "parent"),
            entry.TryGetProperty("max_model_len", out var length) && length.ValueKind == JsonValueKind.Number ? length.GetInt32() : null)).ToList());
    }

    /// <summary>The log-likelihood of a continuation.</summary>
    /// <param name="model">The id to ask.</param>
    /// <param name="salt">Keeps the server's caches of different weights apart.</param>
    /// <param name="request">The tokens.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="RemoteException">The server does not answer, or its answer lacks a log-probability: none is ever filled in.</exception>
    internal ScoringResult Score(string model, string salt, ScoringRequest request, CancellationToken cancellation)
    {
        int[] tokens = [.. request.Context, .. request.Continuation];
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["model"] = model,
            ["prompt"] = tokens,
            ["max_tokens"] = 1,
            ["temperature"] = 0,
            ["prompt_logprobs"] = 2,
            ["cache_salt"] = salt,
        });
        using var answer = _connection.Ask(Completions, body, cancellation);
        return Read(answer, Completions, root => PromptScores.Read(root, model, tokens, request.Context.Count, Place));
    }

    private T Read<T>(JsonDocument answer, string path, Func<JsonElement, T> read)
    {
        try
        {
            return read(answer.RootElement);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new RemoteException(_connection.PlaceOf(path), $"not the protocol's answer ({e.Message.TrimEnd('.')})", "Use a server that speaks vLLM's protocol.", e);
        }
    }

    private RemoteException Malformed(string path, string fault) => new(_connection.PlaceOf(path), fault, "Use a server that speaks vLLM's protocol.");

    private static string? Text(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
