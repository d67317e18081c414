using System.Text.RegularExpressions;
using Net.Pkcs11Interop.Common;

namespace Loragate.Governance.Keys.Tokens;

/// <summary>
/// Where a key lies that stays on its token: a PKCS#11 URI (RFC 7512) with the module to load (<c>module-path</c>), which token, which object, and at most a file
/// with the PIN (<c>pin-source</c>). What is unknown is refused: a key that was not meant would sign.
/// </summary>
public sealed partial class TokenUri
{
    private const string Scheme = "pkcs11:";
    private const string Advice = "Write it as RFC 7512 has it: pkcs11:token=LABEL;object=LABEL?module-path=/usr/lib/softhsm/libsofthsm2.so";

    private TokenUri(string text, Pkcs11Uri parsed)
    {
        (Place, Parsed) = (text, parsed);
        PinFile = PinFileOf(parsed.PinSource, text);
    }

    /// <summary>The URI for messages.</summary>
    public string Place { get; }

    internal Pkcs11Uri Parsed { get; }

    /// <summary>The shared library that speaks for the token.</summary>
    internal string ModulePath => Parsed.ModulePath;

    /// <summary>The file of <c>pin-source</c>, or null.</summary>
    internal string? PinFile { get; }

    /// <summary>Whether a text names a key on a token, not a file.</summary>
    public static bool IsOne(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Scheme, StringComparison.Ordinal);
    }

    /// <summary>The URI without its query, as it may be shown: whatever it is worth, a PIN is not repeated.</summary>
    public static string Shown(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('?', 2)[0];
    }

    /// <summary>Reads a URI.</summary>
    /// <exception cref="KeyException">Malformed, with a PIN or an unknown attribute in it, or without an absolute module path.</exception>
    public static TokenUri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = Shown(text);
        Pkcs11Uri parsed;
        try
        {
            parsed = new Pkcs11Uri(text);
        }
        catch (Exception e) when (e is Pkcs11UriException or ArgumentException)
        {
            throw new KeyException(shown, "not a PKCS#11 URI", Advice, e);
        }
        return FaultOf(parsed) is { } fault ? throw new KeyException(shown, fault.Fault, fault.Advice) : new TokenUri(shown, parsed);
    }

    private static (string Fault, string Advice)? FaultOf(Pkcs11Uri uri) => uri switch
    {
        { PinValue: not null } => ("holds the PIN (pin-value), which everybody on this machine can read in the list of processes", "Change the PIN, and give it by --passphrase-fd, at the prompt, or in a file named by pin-source."),
        { UnknownPathAttributes: { Count: > 0 } path } => ($"the attribute '{path.Keys.First()}' is unknown", Advice),
        { UnknownQueryAttributes: { Count: > 0 } query } => ($"the attribute '{query.Keys.First()}' is unknown", Advice),
        { ModuleName: not null } => ("names a module without its place (module-name)", "Name the file of the shared library: module-path=/…/module.so"),
        { ModulePath: null } => ("names no module (module-path)", Advice),
        { ModulePath: var path } when !Path.IsPathFullyQualified(path) => ("the module path is not absolute", "Name the shared library by its full path: what a search would find is another's choice."),
        { Type: not (null or CKO.CKO_PRIVATE_KEY or CKO.CKO_PUBLIC_KEY) } => ("asks for an object that is no key (type)", "Write type=private, or leave it out."),
        _ => null,
    };

    /// <summary>A path, or a file: URI (RFC 8089) of this machine.</summary>
    private static string? PinFileOf(string? source, string place) => source switch
    {
        null => null,
        ['/', ..] => source,
        _ when LocalFile().Match(source) is { Success: true } match => Uri.UnescapeDataString(match.Groups["path"].Value),
        _ => throw new KeyException(place, "the PIN's source is no file (pin-source)", "Name a file by its full path or a file: URI; programs are not run."),
    };

    [GeneratedRegex(@"^file:(//(localhost)?)?(?<path>/[^/].*)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex LocalFile();
}
