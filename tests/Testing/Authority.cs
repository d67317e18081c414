using Xunit;

namespace Loragate.Testing;

/// <summary>A time-stamping authority of openssl, under a root that certifies other uses as well.</summary>
public sealed class Authority : IDisposable
{
    private const string Config = """
        [req]
        distinguished_name = dn
        [dn]
        [ca]
        basicConstraints = critical,CA:true
        keyUsage = critical,keyCertSign,cRLSign
        [tsa]
        basicConstraints = critical,CA:false
        keyUsage = critical,digitalSignature
        extendedKeyUsage = critical,timeStamping
        [loose]
        basicConstraints = critical,CA:false
        keyUsage = critical,digitalSignature
        extendedKeyUsage = timeStamping,codeSigning
        [code]
        basicConstraints = critical,CA:false
        keyUsage = critical,digitalSignature
        extendedKeyUsage = critical,codeSigning
        [policy]
        serial = serial
        default_policy = 1.2.3.4
        digests = sha1, sha256, sha384, sha512
        accuracy = secs:2
        ess_cert_id_alg = sha256
        signer_digest = sha256
        """;

    /// <summary>Makes the root and, under it, certificates for time stamping, for that and more, and for signing code.</summary>
    public Authority()
    {
        Temp.Write("openssl.cnf", System.Text.Encoding.ASCII.GetBytes(Config));
        Temp.Write("serial", "01\n"u8);
        Must("openssl", "req", "-config", "openssl.cnf", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=stamp root", "-extensions", "ca", "-days", "30");
        foreach (var kind in (string[])["tsa", "loose", "code"])
        {
            Must("openssl", "req", "-config", "openssl.cnf", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", $"{kind}.key", "-out", $"{kind}.csr", "-subj", $"/CN={kind}");
            Must("openssl", "x509", "-req", "-in", $"{kind}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", $"{kind}.pem", "-extfile", "openssl.cnf", "-extensions", kind, "-days", "20");
        }
    }

    /// <summary>Where it keeps its keys: ca.pem, then tsa, loose and code, each with .pem and .key.</summary>
    public TempFolder Temp { get; } = new();

    /// <summary>The root certificate.</summary>
    public string RootsPem => File.ReadAllText(Temp.PathTo("ca.pem"));

    /// <summary>The authority's answer about some bytes.</summary>
    public byte[] Stamp(ReadOnlySpan<byte> data, string hash = "-sha256", bool tokenOnly = false, bool withCertificate = true)
    {
        Temp.Write("data", data);
        string[] certificate = withCertificate ? ["-cert"] : [];
        Must("openssl", ["ts", "-query", "-data", "data", hash, .. certificate, "-out", "request.tsq"]);
        return Reply(File.ReadAllBytes(Temp.PathTo("request.tsq")), tokenOnly);
    }

    /// <summary>The authority's answer to a request.</summary>
    public byte[] Reply(ReadOnlySpan<byte> request, bool tokenOnly = false)
    {
        Temp.Write("request.tsq", request);
        string[] form = tokenOnly ? ["-token_out"] : [];
        var reply = Shell.Run("openssl", Temp.Path, ["ts", "-reply", "-config", "openssl.cnf", "-section", "policy", "-queryfile", "request.tsq", "-signer", "tsa.pem", "-inkey", "tsa.key", "-chain", "ca.pem", .. form, "-out", "reply.tsr"]);
        Assert.True(reply.ExitCode == 0, reply.Error);
        return File.ReadAllBytes(Temp.PathTo("reply.tsr"));
    }

    /// <inheritdoc/>
    public void Dispose() => Temp.Dispose();

    private void Must(string program, params string[] arguments)
    {
        var result = Shell.Run(program, Temp.Path, arguments);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.Error}");
    }
}
