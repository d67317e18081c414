using System.Text;
using System.Text.Json;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>Signatures whose time a real authority (openssl ts) vouches for, made and checked as docs/formats/signatures.v1.md tells.</summary>
public sealed class TimestampTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void A_certificate_that_has_expired_holds_at_the_time_of_its_time_stamp()
    {
        Assert.SkipUnless(Shell.Has("openssl") && Shell.Has("jq"), "openssl or jq is not installed.");
        var (folder, key) = (_temp.Copy(Executable.Adapter("routing-good"), "adapter"), _temp.PathTo("key.pem"));
        Executable.Must("keys", "new", "--type", "p256", "--output", key);
        Sh("""
            printf '[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n[tsa]\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n[leaf]\nkeyUsage=critical,digitalSignature\n[policy]\nserial=serial\ndefault_policy=1.2.3.4\ndigests=sha256\ness_cert_id_alg=sha256\nsigner_digest=sha256\n' > c.cnf
            echo 01 > serial
            openssl req -config c.cnf -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj "/CN=root" -extensions ca -days 30
            openssl req -config c.cnf -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key -out tsa.csr -subj "/CN=stamps"
            openssl x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out tsa.pem -extfile c.cnf -extensions tsa -days 20
            openssl req -config c.cnf -new -key key.pem -out leaf.csr -subj "/CN=signer"
            openssl x509 -req -in leaf.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out leaf.pem -extfile c.cnf -extensions leaf -days 1
            """);
        Executable.Must("sign", folder, "--key", key, "--certificate", _temp.PathTo("leaf.pem"));
        Sh(Recipe("sh timestamp") + "\nopenssl ts -reply -config c.cnf -section policy -queryfile request.tsq -signer tsa.pem -inkey tsa.key -out model.sig.tsr\n" + Recipe("sh check"));
        string[] verify = ["verify", folder, "--roots", _temp.PathTo("ca.pem")];
        string[] stamped = [.. verify, "--timestamp", _temp.PathTo("model.sig.tsr"), "--tsa-roots", _temp.PathTo("ca.pem")];
        Assert.Equal(3, Executable.Run([.. verify, "--at", $"{DateTime.UtcNow.AddDays(3):yyyy-MM-dd}"]).ExitCode);
        using (var record = JsonDocument.Parse(Executable.Must([.. stamped, "--json"]).Output))
            Assert.Contains(record.RootElement.GetProperty("proved").EnumerateArray(), sentence => sentence.GetString()!.Contains("'CN=stamps' says", StringComparison.Ordinal));
        Assert.Equal(64, Executable.Run([.. stamped, "--at", "2026-01-01"]).ExitCode);
        Assert.Equal(64, Executable.Run([.. verify, "--timestamp", _temp.PathTo("model.sig.tsr")]).ExitCode);
        Executable.Must("keys", "new", "--type", "p256", "--output", _temp.PathTo("other.pem"), "--self-signed", "another root");
        Assert.Equal(3, Executable.Run([.. stamped[..^1], _temp.PathTo("other.pem.crt")]).ExitCode);
        Executable.Must("sign", folder, "--key", key, "--certificate", _temp.PathTo("leaf.pem"));
        var other = Executable.Run(stamped);
        Assert.Equal(3, other.ExitCode);
        Assert.Contains("not about this signature", other.Error, StringComparison.Ordinal);
        Assert.Contains("untrustedTimestamp", Executable.Run([.. stamped, "--json"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_stamp_inside_a_signature_is_used_or_refused_by_name()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        using Authority authority = new(), stranger = new();
        var (folder, key, signature) = (_temp.Copy(Executable.Adapter("routing-good"), "adapter"), _temp.PathTo("key.pem"), _temp.PathTo("model.sig"));
        Executable.Must("keys", "new", "--type", "p256", "--output", key);
        Executable.Must("sign", folder, "--key", key);
        Executable.Must("stamp", signature, "--output", _temp.PathTo("request.tsq"));
        _temp.Write("response.tsr", authority.Reply(File.ReadAllBytes(_temp.PathTo("request.tsq"))));
        Executable.Must("stamp", signature, "--timestamp", _temp.PathTo("response.tsr"));
        var (ours, theirs) = (_temp.Write("ours.pem", Encoding.ASCII.GetBytes(authority.RootsPem)), _temp.Write("theirs.pem", Encoding.ASCII.GetBytes(stranger.RootsPem)));
        string[] verify = ["verify", folder, "--key", key];
        Assert.Contains("Not proved: that the time stamps inside the signature are true", Executable.Must(verify).Error, StringComparison.Ordinal);
        Assert.Contains("'CN=tsa' says", Executable.Must([.. verify, "--tsa-roots", ours]).Error, StringComparison.Ordinal);

        var refused = Executable.Run([.. verify, "--tsa-roots", theirs, "--json"]);
        Assert.Equal(3, refused.ExitCode);
        using var record = JsonDocument.Parse(refused.Output);
        Assert.False(record.RootElement.GetProperty("holds").GetBoolean());
        Assert.Equal("untrustedTimestamp", record.RootElement.GetProperty("findings")[0].GetProperty("fault").GetString());

        // A key that was lost after the time stamp, which is accurate to two seconds and tells whole ones.
        var lost = DateTimeOffset.UtcNow.AddSeconds(4);
        var trust = _temp.Write("trust.yaml", Encoding.UTF8.GetBytes($$"""
            schema: loragate.trust/1
            name: test
            version: "1"
            signers:
              - {id: gate-ci, roles: [gate], keys: [{file: key.pem.pub, compromised: {{lost:yyyy-MM-dd'T'HH:mm:ss'Z'}}}]}
            """));
        Thread.Sleep(lost - DateTimeOffset.UtcNow);
        Assert.Contains("compromised by then", Executable.Run("verify", folder, "--trust", trust).Error, StringComparison.Ordinal);
        File.AppendAllText(trust, "\ntimestampRoots: [ours.pem]\n");
        Executable.Must("verify", folder, "--trust", trust);
    }

    public void Dispose() => _temp.Dispose();

    private static string Recipe(string block) => File.ReadAllText(Repository.PathTo("docs", "formats", "signatures.v1.md")).Split($"```{block}\n")[1].Split("```")[0];

    private void Sh(string script)
    {
        var result = Shell.Run("sh", _temp.Path, "-ec", script);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
    }
}
