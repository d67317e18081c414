using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.EvalHarness.Models;
using TorchSharp;

namespace Loragate.EvalHarness.Remote;

/// <summary>A server on the loopback interface that speaks vLLM's protocol over a model in this process, and can be told to be wrong in one of the ways that servers were.</summary>
internal sealed class VllmStandIn : IDisposable
{
    public const string BaseId = "base-model";

    private readonly HttpListener _listener = new();
    private readonly LanguageModel _base;
    private readonly ConcurrentDictionary<string, LanguageModel> _adapters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ServerFault, LanguageModel> _parts = new();
    private readonly ConcurrentDictionary<string, Score[]> _cache = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private int _atOnce;

    public VllmStandIn(LanguageModel @base)
    {
        _base = @base;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }
        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _ = Task.Run(ListenAsync);
    }

    public Uri Address { get; }

    public ServerFault Fault { get; set; }

    /// <summary>Completions after which the server fails for good; null for never.</summary>
    public int? FailsAfter { get; set; }

    /// <summary>Nats that every answer is off by.</summary>
    public double Offset { get; set; }

    /// <summary>No completion is answered before this many were under way at once, and a moment more in which one too many would come.</summary>
    public int Gathers { get; set; }

    /// <summary>The key that a client must have; null for none.</summary>
    public string? ApiKey { get; set; }

    public int MaxLength { get; init; } = 256;

    public int Completions { get; private set; }

    public int MostAtOnce { get; private set; }

    /// <summary>Serves an adapter under a name; null to serve one that is only listed.</summary>
    public void Serve(string name, LanguageModel model) => _adapters[name] = model;

    /// <summary>What it computes with, for any adapter, under a fault that ignores a part of it.</summary>
    public void Serve(ServerFault fault, LanguageModel part) => _parts[fault] = part;

    public void Dispose() => _listener.Close();

    private async Task ListenAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => Answer(context));
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        try
        {
            if (ApiKey is { } key && context.Request.Headers["Authorization"] != $"Bearer {key}")
            {
                Send(context, """{"error":"Unauthorized"}""", 401);
                return;
            }
            switch (context.Request.Url!.AbsolutePath)
            {
                case "/version":
                    Send(context, """{"version":"0.11.0"}""");
                    break;
                case "/v1/models":
                    Send(context, Models().ToJsonString());
                    break;
                case "/v1/completions":
                    Complete(context);
                    break;
                default:
                    Send(context, "{}", 404);
                    break;
            }
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The client went away.
        }
    }

    private JsonObject Models() => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray(
        [
            new JsonObject { ["id"] = BaseId, ["root"] = "/models/base", ["parent"] = null, ["max_model_len"] = MaxLength },
            .. _adapters.Keys.Select(name => new JsonObject { ["id"] = name, ["root"] = "/adapters/" + name, ["parent"] = Fault == ServerFault.OtherParent ? "another" : BaseId, ["max_model_len"] = null }),
        ]),
    };

    private void Complete(HttpListenerContext context)
    {
        using var asked = JsonDocument.Parse(context.Request.InputStream);
        int count;
        lock (_lock)
        {
            count = ++Completions;
            MostAtOnce = Math.Max(MostAtOnce, ++_atOnce);
        }
        SpinWait.SpinUntil(() => MostAtOnce >= Gathers, TimeSpan.FromMinutes(1));
        if (Gathers > 0)
            Thread.Sleep(200);
        var completion = Completion(asked.RootElement).ToJsonString();

        // Before the answer: a client that has it may ask again at once.
        lock (_lock)
            _atOnce--;
        if (FailsAfter < count || (Fault == ServerFault.BusyAtFirst && count % 3 == 1))
            Send(context, """{"error":"busy"}""", 503, retryAfter: 0);
        else if (Fault == ServerFault.BreaksOff && count % 3 == 1)
            context.Response.Abort();
        else if (Fault == ServerFault.Refuses)
            Send(context, """{"object":"error","message":"LoRA is not enabled"}""", 400);
        else
            Send(context, completion);
    }

    private JsonObject Completion(JsonElement asked)
    {
        var name = asked.GetProperty("model").GetString()!;
        int[] tokens = [.. asked.GetProperty("prompt").EnumerateArray().Select(token => token.GetInt32())];
        var scores = Fault == ServerFault.StaleCache ? _cache.GetOrAdd(string.Join(',', tokens), _ => Scores(name, tokens)) : Scores(name, tokens);
        var entries = new JsonArray([null, .. tokens.Skip(1).Select((token, i) => Entry(token, scores[i], i + 1))]);
        if (Fault == ServerFault.OneTokenMore)
            entries.Add(Entry(7, new Score(-1, 1, []), -1));
        if (Fault == ServerFault.OneTokenLess)
            entries.RemoveAt(entries.Count - 1);
        var choice = new JsonObject { ["index"] = 0, ["text"] = "?", ["logprobs"] = null, ["finish_reason"] = "length", ["prompt_logprobs"] = entries };
        if (Fault == ServerFault.NoPromptLogprobs)
            choice["prompt_logprobs"] = null;
        return new JsonObject { ["object"] = "text_completion", ["model"] = Fault == ServerFault.OtherModel ? BaseId + "-2" : name, ["choices"] = new JsonArray(choice) };
    }

    private JsonObject? Entry(int token, Score score, int position) => Fault switch
    {
        ServerFault.NullEntry when position == 3 => null,
        ServerFault.OtherToken when position == 3 => new JsonObject { [(token + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)] = new JsonObject { ["logprob"] = -1, ["rank"] = 1 } },
        ServerFault.Clamped when position == 3 => Entries(token, new Score(-9999, 900, [])),
        ServerFault.AboveOne when position == 3 => Entries(token, new Score(0.5, 1, [])),
        _ => Entries(token, score),
    };

    /// <summary>The likeliest tokens and the own one, each once.</summary>
    private static JsonObject Entries(int token, Score score)
    {
        var entries = new JsonObject();
        foreach (var (other, logProbability, rank) in score.Likeliest.Where(one => one.Token != token).Append((token, score.LogProbability, score.Rank)))
            entries[other.ToString(System.Globalization.CultureInfo.InvariantCulture)] = new JsonObject { ["logprob"] = logProbability, ["rank"] = rank, ["decoded_token"] = "?" };
        return entries;
    }

    private Score[] Scores(string name, int[] tokens)
    {
        var model = name == BaseId || Fault == ServerFault.IgnoresAdapter ? _base : _parts.GetValueOrDefault(Fault) ?? _adapters[name];
        lock (_lock)
        {
            using var scope = torch.NewDisposeScope();
            using var heat = 1.5f.ToScalar();
            var logits = model.Logits(tokens, CancellationToken.None);
            if (Fault == ServerFault.Heated)
                logits = logits.div(heat);
            var all = logits.log_softmax(-1);
            var best = Enumerable.Range(0, tokens.Length - 1).Select(i =>
            {
                var row = all[i];
                var own = row[tokens[i + 1]];
                var (values, tokensOf) = row.topk(2);
                return new Score(
                    own.item<float>() + Offset,
                    1 + (int)row.gt(own).sum().item<long>(),
                    [.. Enumerable.Range(0, 2).Select(k => ((int)tokensOf[k].item<long>(), values[k].item<float>() + Offset, k + 1))]);
            });
            return [.. best];
        }
    }

    private sealed record Score(double LogProbability, int Rank, IReadOnlyList<(int Token, double LogProbability, int Rank)> Likeliest);

    private static void Send(HttpListenerContext context, string json, int status = 200, int? retryAfter = null)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (retryAfter is { } seconds)
            context.Response.Headers["Retry-After"] = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.OutputStream.Write(bytes);
        context.Response.Close();
    }
}
