using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Loragate.Governance.Publication.Oci;

/// <summary>What a registry asks for before it answers (RFC 9110 §11.6.1; the token scheme of the distribution project): basic credentials, or a token of somebody that it trusts.</summary>
/// <param name="IsBearer">Whether a token is asked for.</param>
/// <param name="Parameters">realm, service, scope.</param>
internal sealed partial record RegistryChallenge(bool IsBearer, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The first challenge that can be answered; null where there is none.</summary>
    public static RegistryChallenge? Find(HttpHeaderValueCollection<AuthenticationHeaderValue> challenges)
    {
        foreach (var challenge in challenges)
        {
            if (challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && challenge.Parameter is { } parameter)
                return new RegistryChallenge(true, Pairs().Matches(parameter).GroupBy(pair => pair.Groups["key"].Value, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.First().Groups["value"].Value, StringComparer.OrdinalIgnoreCase));
            if (challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
                return new RegistryChallenge(false, new Dictionary<string, string>());
        }
        return null;
    }

    /// <summary>Where to ask for a token.</summary>
    /// <param name="place">The request, for messages.</param>
    /// <param name="mayBePlain">Whether an address without TLS is taken.</param>
    /// <exception cref="OciException">No address, or one that would show credentials to anybody on the way.</exception>
    public Uri TokenAddress(string place, bool mayBePlain)
    {
        if (!Parameters.TryGetValue("realm", out var realm) || !Uri.TryCreate(realm, UriKind.Absolute, out var address) || !(address.Scheme == "https" || mayBePlain && address.Scheme == "http"))
            throw new OciException(place, "the registry asks for a token and names no safe address for it", "Ask the registry's operator.");
        var query = Parameters.Where(pair => pair.Key is "service" or "scope").Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}");
        return new UriBuilder(address) { Query = string.Join('&', query) }.Uri;
    }

    [GeneratedRegex("(?<key>[A-Za-z]+)=\"(?<value>[^\"]*)\"", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pairs();
}
