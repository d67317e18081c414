using Loragate.Governance.Keys;
using Loragate.Governance.Keys.Tokens;

namespace Loragate.Cli.Verbs;

/// <summary>The public half of a signing key, whichever half a file holds, or of a key on a token.</summary>
internal static class PublicKeyFile
{
    /// <param name="source">The file or <c>pkcs11:</c> URI.</param>
    /// <param name="secrets">Is asked for the passphrase of an encrypted private key; null to refuse one.</param>
    public static VerificationKey Read(string source, SecretSource? secrets = null)
    {
        if (TokenUri.IsOne(source))
            return TokenKeys.ReadPublic(TokenUri.Parse(source));
        if (!KeyFile.IsPrivate(source))
            return VerificationKey.Read(source);
        using var key = SigningKey.Read(source, secrets);
        return key.Public;
    }
}
