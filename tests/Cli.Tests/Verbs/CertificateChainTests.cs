using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Loragate.Testing;

namespace Loragate.Cli.Verbs;

/// <summary>Signing by certificate under a real authority of openssl: root, intermediate, signer.</summary>
public sealed class CertificateChainTests : IDisposable
{
    private const string Authority = """
        printf '[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n[code]\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n[plain]\nkeyUsage=critical,digitalSignature\n[tls]\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n[encipher]\nkeyUsage=critical,keyEncipherment\n' > c.cnf
        ec() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; chmod 600 "$1"; }
        issue() { openssl req -config c.cnf -new -key "$1.key" -out "$1.csr" -subj "/CN=$1"; openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -out "$1.pem" -extfile c.cnf -extensions "$3" -days "$4"; }
        ec root.key; openssl req -config c.cnf -x509 -key root.key -out root.pem -subj "/CN=root" -extensions ca -days 30
        ec other.key; openssl req -config c.cnf -x509 -key other.key -out other.pem -subj "/CN=root" -extensions ca -days 30
        ec middle.key; issue middle root ca 20
        for kind in code plain tls encipher; do ec "$kind.key"; issue "$kind" middle "$kind" 10; done
        """;

    private readonly TempFolder _temp = new();
    private readonly string _folder;

    public CertificateChainTests()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        var made = Shell.Run("sh", _temp.Path, "-ec", Authority);
        Assert.True(made.ExitCode == 0, made.Error);
        _folder = _temp.Copy(Executable.Adapter("routing-good"), "adapter");
    }

    [Theory]
    [InlineData("code")]
    [InlineData("plain")]
    public void A_folder_signed_with_a_chain_verifies_under_its_root_and_no_other(string kind)
    {
        Executable.Must("sign", _folder, "--key", _temp.PathTo($"{kind}.key"), "--certificate", _temp.PathTo($"{kind}.pem"), "--chain", _temp.PathTo("middle.pem"));
        Executable.Must("verify", _folder, "--roots", _temp.PathTo("root.pem"));
        Ends(3, "does not hold", "verify", _folder, "--roots", _temp.PathTo("other.pem"));
        Ends(3, $"the certificate of 'CN={kind}' expired on ", "verify", _folder, "--roots", _temp.PathTo("root.pem"), "--at", $"{DateTime.UtcNow.AddDays(15):yyyy-MM-dd}");
        Ends(3, $"the certificate of 'CN={kind}' holds only from ", "verify", _folder, "--roots", _temp.PathTo("root.pem"), "--at", $"{DateTime.UtcNow.AddDays(-2):yyyy-MM-dd}");
        Assert.Contains("accepts it", Executable.Run("verify", _folder, "--roots", _temp.PathTo("root.pem"), "--at", $"{DateTime.UtcNow.AddDays(15):yyyy-MM-dd}", "--compat").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chain_without_its_middle_leads_nowhere()
    {
        Executable.Must("sign", _folder, "--key", _temp.PathTo("code.key"), "--certificate", _temp.PathTo("code.pem"));
        Ends(3, "does not hold", "verify", _folder, "--roots", _temp.PathTo("root.pem"));
    }

    [Theory]
    [InlineData("tls", "for other uses than code signing")]
    [InlineData("encipher", "not for digital signatures")]
    public void A_certificate_for_another_use_vouches_for_nothing(string kind, string words)
    {
        Executable.Must("sign", _folder, "--key", _temp.PathTo($"{kind}.key"), "--certificate", _temp.PathTo($"{kind}.pem"), "--chain", _temp.PathTo("middle.pem"));
        Ends(3, words, "verify", _folder, "--roots", _temp.PathTo("root.pem"));
    }

    [Fact]
    public void A_certificate_over_another_key_and_a_chain_alone_are_refused_before_anything_is_signed()
    {
        Ends(4, "another key", "sign", _folder, "--key", _temp.PathTo("plain.key"), "--certificate", _temp.PathTo("code.pem"));
        Ends(64, "--certificate", "sign", _folder, "--key", _temp.PathTo("plain.key"), "--chain", _temp.PathTo("middle.pem"));
        Assert.False(File.Exists(_temp.PathTo("model.sig")));
    }

    [Fact]
    public void A_signer_of_a_trust_policy_may_be_a_certificates_subject()
    {
        _temp.Write("trust.yaml", "schema: loragate.trust/1\nname: t\nversion: \"1\"\nsigners:\n  - {id: gate-ci, roles: [gate], keys: [{roots: root.pem, subject: CN=code}]}\n"u8);
        Executable.Must("sign", _folder, "--key", _temp.PathTo("code.key"), "--certificate", _temp.PathTo("code.pem"), "--chain", _temp.PathTo("middle.pem"));
        Executable.Must("verify", _folder, "--trust", _temp.PathTo("trust.yaml"));
        File.Delete(_temp.PathTo("model.sig"));
        Executable.Must("sign", _folder, "--key", _temp.PathTo("plain.key"), "--certificate", _temp.PathTo("plain.pem"), "--chain", _temp.PathTo("middle.pem"));
        Ends(3, "by nobody whom the trust policy", "verify", _folder, "--trust", _temp.PathTo("trust.yaml"));
    }

    [Fact]
    public void Who_revokes_under_a_certificate_that_has_expired_is_told_so_and_since_when()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=risk-1", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        using var certificate = request.CreateSelfSigned(new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var file = _temp.Write("risk.pem", Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _temp.Write("risk.crt", Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()));
        _temp.Write("trust.yaml", "schema: loragate.trust/1\nname: t\nversion: \"1\"\nsigners:\n  - {id: risk-1, roles: [risk-owner], keys: [{roots: risk.crt, subject: CN=risk-1}]}\n"u8);
        Ends(
            64, "the certificate of 'CN=risk-1' expired on 2025-01-01 00:00:00Z", "revoke", _folder, "--reason", "Leaks.", "--key", file, "--certificate", _temp.PathTo("risk.crt"),
            "--trust", _temp.PathTo("trust.yaml"), "--ledger", _temp.PathTo("ledger"), "--ledger-key", _temp.PathTo("ledger.pem"));
    }

    public void Dispose() => _temp.Dispose();

    private static void Ends(int code, string words, params string[] arguments)
    {
        var result = Executable.Run(arguments);
        Assert.Equal(code, result.ExitCode);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }
}
