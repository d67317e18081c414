using System.CommandLine;
using System.Text;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Cli.Evaluating;
using Loragate.EvalHarness.Remote;

namespace Loragate.Cli.Verbs;

/// <summary>The server that answers instead of a model here.</summary>
internal sealed class RemoteOptionGroup
{
    private readonly Option<string?> _address = new("--remote") { Description = "A server that speaks vLLM's protocol, to be asked instead of running the model here; --model or --base still names the folder that it serves. Its scores count where the policy accepts them.", HelpName = "URL" };
    private readonly Option<string?> _model = new("--remote-model") { Description = "With --remote: the id that the server serves the base under.", HelpName = "ID" };
    private readonly Option<string?> _probe = new("--probe") { Description = "With --remote: the probe of base and adapter that the server is held against, from 'loragate probe'.", HelpName = "FILE" };
    private readonly Option<string?> _key = new("--remote-key") { Description = "With --remote: a file with the server's API key; it is sent over https, or to this machine.", HelpName = "FILE" };
    private readonly Option<int> _inFlight = new("--in-flight") { Description = "With --remote: requests under way at once.", HelpName = "N", DefaultValueFactory = _ => RemoteOptions.DefaultInFlight };

    /// <summary>The options.</summary>
    public IReadOnlyList<Option> All => [_address, _model, _probe, _key, _inFlight];

    /// <summary>What was asked for; null where the model runs here.</summary>
    /// <exception cref="UsageException">Options are missing.</exception>
    /// <exception cref="RecordException">The probe is none.</exception>
    public RemoteRequest? Read(ParseResult parsed, TimeProvider clock)
    {
        var (address, model, probe) = (parsed.GetValue(_address), parsed.GetValue(_model), parsed.GetValue(_probe));
        if (address is null && model is null && probe is null && parsed.GetValue(_key) is null)
            return null;
        if (address is null || model is null || probe is null)
            throw new UsageException("--remote, --remote-model and --probe go together: where the server is, what it calls the base, and what it is held against.");
        var server = AddressOf(address);
        return parsed.GetValue(_inFlight) is > 0 and var inFlight
            ? new RemoteRequest(new RemoteOptions { Address = server, BaseModel = model, ApiKey = parsed.GetValue(_key) is { } key ? KeyIn(key, server) : null, InFlight = inFlight, Clock = clock }, Record.ReadFile<AdapterProbe>(probe))
            : throw new UsageException("--in-flight is a positive number.");
    }

    /// <summary>The one line of a key's file.</summary>
    private static string KeyIn(string path, Uri server)
    {
        const int MaxBytes = 4096;
        if (server.Scheme != "https" && !server.IsLoopback)
            throw new UsageException($"--remote-key: a key is not sent to {server} in the clear; serve it by https.");
        var key = Encoding.UTF8.GetString(PlainFile.Read(path, MaxBytes)).TrimEnd('\r', '\n');
        return key.Length > 0 && key.All(c => c is > ' ' and <= '~')
            ? key
            : throw new UsageException($"--remote-key {path}: the file holds the key on one line, of printable ASCII without spaces.");
    }

    private static Uri AddressOf(string text) => Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address
        : throw new UsageException($"--remote {text}: write http://HOST:PORT or https://HOST:PORT.");
}
