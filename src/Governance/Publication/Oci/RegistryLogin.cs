using System.Text;
using Loragate.Artifacts.Json;

namespace Loragate.Governance.Publication.Oci;

/// <summary>
/// Who a registry may be told that we are, from a file in the form of docker's <c>config.json</c>: <c>{"auths": {"HOST": {"auth": base64("user:password")}}}</c>.
/// Credential helpers are programs, and not run.
/// </summary>
public sealed class RegistryLogin
{
    private const int MaxBytes = 1 << 20;
    private readonly Dictionary<string, string> _basic;

    private RegistryLogin(Dictionary<string, string> basic) => _basic = basic;

    /// <summary>Nobody.</summary>
    public static RegistryLogin Anonymous { get; } = new([]);

    /// <summary>Reads a file of credentials.</summary>
    /// <exception cref="OciException">It is malformed.</exception>
    public static RegistryLogin Read(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > MaxBytes)
            throw new OciException(path, "no file of credentials, or one that is too large", "Name a file in the form of docker's config.json.");
        var basic = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        using var document = StrictJson.Parse(File.ReadAllBytes(path), path);
        if (new OciJson(document.RootElement, path).OptionalObject("auths") is { } hosts)
        {
            foreach (var host in hosts.Names)
            {
                if (hosts.Object(host).OptionalText("auth") is { Length: > 0 } auth)
                    basic[HostOf(host)] = IsBasic(auth) ? auth : throw hosts.Refuse($"'auth' of '{host}' is no base64 of user:password");
            }
        }
        return new RegistryLogin(basic);
    }

    /// <summary>The base64 of user:password for a registry; null where there is none.</summary>
    internal string? BasicFor(string host) => _basic.GetValueOrDefault(host);

    /// <summary>docker writes hosts, or addresses of the old index.</summary>
    private static string HostOf(string key) => Uri.TryCreate(key, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" ? address!.Authority : key.TrimEnd('/');

    private static bool IsBasic(string auth)
    {
        var bytes = new byte[auth.Length];
        return Convert.TryFromBase64String(auth, bytes, out var length) && Encoding.UTF8.GetString(bytes, 0, length).Contains(':', StringComparison.Ordinal);
    }
}
