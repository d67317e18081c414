using System.Text;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Governance.Trust;

/// <summary>A trust policy beside the keys that it names; each key is made when it is first asked for.</summary>
internal sealed class TrustFolder : IDisposable
{
    private readonly Dictionary<string, SigningKey> _keys = new(StringComparer.Ordinal);

    public TempFolder Temp { get; } = new();

    public SigningKey Key(string name)
    {
        if (!_keys.TryGetValue(name, out var key))
        {
            Temp.Write($"{name}.pub", Encoding.ASCII.GetBytes(KeyFile.New(Temp.PathTo(name), KeyType.P256)));
            _keys.Add(name, key = SigningKey.Read(Temp.PathTo(name)));
        }
        return key;
    }

    public Signer Signer(string name) => new(Key(name));

    /// <summary>One line a signer: "id: role role | key from= until= | key". "CN=name" is the subject of certificates under a root of its own, whose key is "name-certified".</summary>
    public TrustPolicy Policy(params IEnumerable<string> signers) => Read(Text(signers));

    public TrustPolicy Read(string text) => TrustPolicy.ReadFile(Temp.Write("trust.yaml", Encoding.UTF8.GetBytes(text)));

    public string Text(params IEnumerable<string> signers) => $"schema: loragate.trust/1\nname: test\nversion: \"1\"\nsigners:\n{string.Concat(signers.Select(SignerLine))}";

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
        Temp.Dispose();
    }

    private string SignerLine(string line)
    {
        var (head, keys) = (line.Split('|')[0].Split(':'), line.Split('|')[1..]);
        return $"  - id: {head[0].Trim()}\n    roles: [{string.Join(", ", head[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))}]\n    keys: {(keys.Length == 0 ? "[]\n" : "\n" + string.Concat(keys.Select(KeyLine)))}";
    }

    private string KeyLine(string words)
    {
        var parts = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return $"      - {CredentialLines(parts[0])}{string.Concat(parts[1..].Select(window => $"        {window.Replace("=", ": ", StringComparison.Ordinal)}\n"))}";
    }

    private string CredentialLines(string word)
    {
        if (!word.StartsWith("CN=", StringComparison.Ordinal))
        {
            _ = Key(word);
            return $"file: {word}.pub\n";
        }
        _ = Certificate(word[3..]);
        return $"roots: {word[3..]}.crt\n        subject: {word}\n";
    }

    /// <summary>The signer of a certificate of this name, good in 2026.</summary>
    public Signer Certified(string name) => new(Key($"{name}-certified"), CertificateChainMaterial.FromPem(Certificate(name), Key($"{name}-certified").Public, name));

    private string Certificate(string name)
    {
        var file = Temp.PathTo($"{name}.crt");
        if (!File.Exists(file))
            File.WriteAllText(file, Key($"{name}-certified").SelfSign(name, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        return File.ReadAllText(file);
    }
}
