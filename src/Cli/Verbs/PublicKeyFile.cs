using Loragate.Governance.Keys;

namespace Loragate.Cli.Verbs;

/// <summary>The public half of a signing key, whichever half the file holds.</summary>
internal static class PublicKeyFile
{
    public static VerificationKey Read(string path)
    {
        if (!File.Exists(path) || !File.ReadAllText(path).Contains("PRIVATE KEY", StringComparison.Ordinal))
            return VerificationKey.Read(path);
        using var key = SigningKey.Read(path);
        return key.Public;
    }
}
