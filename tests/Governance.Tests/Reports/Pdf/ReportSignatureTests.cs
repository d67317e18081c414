using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Loragate.Governance.Keys;
using Loragate.Governance.Reports.Fonts;
using Loragate.Governance.Signing;
using Loragate.Testing;

namespace Loragate.Governance.Reports.Pdf;

public sealed class ReportSignatureTests : IDisposable
{
    private const string SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";

    private readonly TempFolder _temp = new();
    private readonly SigningKey _key = SignedSample.NewKey();

    [Theory]
    [InlineData(KeyType.P256, ReportLanguage.English)]
    [InlineData(KeyType.P256, ReportLanguage.Japanese)]
    [InlineData(KeyType.P384, ReportLanguage.English)]
    [InlineData(KeyType.P521, ReportLanguage.English)]
    public void A_foreign_reader_finds_the_whole_document_signed(KeyType type, ReportLanguage language)
    {
        Assert.SkipUnless(Shell.Has("pdfsig"), "poppler-utils is not installed.");
        using var key = SignedSample.NewKey(type);
        var output = Shell.Run("pdfsig", _temp.Path, _temp.Write("report.pdf", Render(new Signer(key), language))).Output;
        Assert.Contains("Signature is Valid.", output, StringComparison.Ordinal);
        Assert.Contains("Total document signed", output, StringComparison.Ordinal);
        Assert.Contains("ETSI.CAdES.detached", output, StringComparison.Ordinal);
        Assert.Contains("Nov 24 2026", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_holds_another_key_did_not_sign()
    {
        using var other = SignedSample.NewKey();
        var report = Render(new Signer(_key));
        Assert.Equal(_key.Public.Hint, ReportSignature.Verify(report, new KeyTrust(_key.Public), "r").Key.Hint);
        Assert.Equal(SignatureFault.OtherKey, Fault(report, new KeyTrust(other.Public)));
    }

    [Fact]
    public void A_changed_byte_anywhere_breaks_it()
    {
        var report = Render(new Signer(_key));
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var changed = report.ToArray();
            changed[random.Next(report.Length)] ^= (byte)(1 << random.Next(8));
            Assert.True(IsRefused(changed), $"change {i}");
        }
    }

    [Fact]
    public void Another_spelling_of_the_signature_is_refused()
    {
        var report = Render(new Signer(_key));
        var contents = report.AsSpan().LastIndexOf("/Contents <"u8) + "/Contents <".Length;
        var letter = contents + report.AsSpan(contents).IndexOfAnyInRange((byte)'a', (byte)'f');
        Assert.All(new (int Place, byte Digit)[] { (letter, (byte)(report[letter] - 32)), (report.AsSpan().LastIndexOf("00>"u8), (byte)' ') }, spelling =>
        {
            var changed = report.ToArray();
            changed[spelling.Place] = spelling.Digit;
            Assert.True(IsRefused(changed));
        });
    }

    [Fact]
    public void What_is_appended_is_noticed_although_the_signed_bytes_are_as_they_were()
    {
        var report = Render(new Signer(_key));
        var file = PdfFile.Parse(report, "r");
        var update = new PdfUpdate(file);
        update.Add("<</Planted true>>");
        Assert.Equal(SignatureFault.ExtraFile, Fault(update.Finish(), new KeyTrust(_key.Public)));
        Assert.True(IsRefused([.. report, (byte)'\n']));
    }

    [Fact]
    public void A_range_that_leaves_bytes_out_is_no_range()
    {
        var report = Render(new Signer(_key));
        var slot = SignatureSlot.Find(PdfFile.Parse(report, "r"), "r")!;
        // The same numbers, so that all else holds, but for a hole of one byte that a forger signs around.
        var hole = report.ToArray();
        Encoding.ASCII.GetBytes($"[0 {slot.Start - 1:0000000000} {slot.End:0000000000} {report.Length - slot.End:0000000000}]").CopyTo(hole, slot.RangeStart);
        Assert.Equal(SignatureFault.ExtraFile, Fault(hole, new KeyTrust(_key.Public)));
    }

    [Fact]
    public void A_signature_that_was_taken_away_is_missed()
    {
        var report = Render(new Signer(_key));
        var slot = SignatureSlot.Find(PdfFile.Parse(report, "r"), "r")!;
        var emptied = report.ToArray();
        slot.WriteContents(emptied, []);
        Assert.Equal(SignatureFault.MalformedBundle, Fault(emptied, new KeyTrust(_key.Public)));
        Assert.Equal(SignatureFault.MissingFile, Fault(Render(null), new KeyTrust(_key.Public)));
    }

    [Fact]
    public void A_signer_with_a_certificate_is_trusted_by_its_roots_or_its_key()
    {
        var (from, until) = (new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var pem = _key.SelfSign("release gate", from, until);
        var report = Render(new Signer(_key, CertificateChainMaterial.FromPem(pem, _key.Public, "c")));
        CertificateTrust At(string year) => CertificateTrust.FromPem(pem, DateTimeOffset.Parse($"{year}-06-01T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture), "roots");
        Assert.Equal(_key.Public.Hint, ReportSignature.Verify(report, At("2026"), "r").Key.Hint);
        Assert.Equal(_key.Public.Hint, ReportSignature.Verify(report, new KeyTrust(_key.Public), "r").Key.Hint);
        Assert.Equal(SignatureFault.UntrustedCertificate, Fault(report, At("2028")));
    }

    [Fact]
    public void A_signature_that_names_no_certificate_is_malformed()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = new CertificateRequest("CN=anybody", key, HashAlgorithmName.SHA256);
        Assert.Equal(SignatureFault.MalformedBundle, Fault(SignedBy(certificate, null), new KeyTrust(_key.Public)));
        Assert.Equal(SignatureFault.OtherKey, Fault(SignedBy(certificate, NameOf), new KeyTrust(_key.Public)));
    }

    [Fact]
    public void A_signature_by_a_key_of_another_kind_is_refused_whoever_is_trusted()
    {
        using var rsa = RSA.Create(2048);
        Assert.Equal(SignatureFault.UnsupportedMethod, Fault(SignedBy(new CertificateRequest("CN=anybody", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), NameOf), new KeyTrust(_key.Public)));
        using var brainpool = ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1);
        Assert.Equal(SignatureFault.UnsupportedMethod, Fault(SignedBy(new CertificateRequest("CN=anybody", brainpool, HashAlgorithmName.SHA256), NameOf), new KeyTrust(_key.Public)));
    }

    [Fact]
    public void Signing_again_keeps_the_file_as_it_was()
    {
        var signer = new Signer(_key);
        var first = Render(signer);
        Assert.Equal(first, Render(signer, first));
        using var other = SignedSample.NewKey();
        var second = Render(new Signer(other), first);
        Assert.NotEqual(first, second);
        Assert.True(ReportSignature.IsOver(first, AuditReport.Compose(Contents, ReportLanguage.English, FontSet.Bundled, isToBeSigned: true)));
        Assert.Equal(_key.Public.Hint, ReportSignature.Verify(Render(signer, "%PDF-1.4 another"u8.ToArray()), new KeyTrust(_key.Public), "r").Key.Hint);
    }

    [Fact]
    public void A_time_stamp_goes_into_the_signature_and_changes_nothing_else()
    {
        Assert.SkipUnless(Shell.Has("openssl"), "openssl is not installed.");
        var report = Render(new Signer(_key));
        var response = Authority(ReportSignature.StampRequest(report, "r"));
        var stamped = ReportSignature.Stamp(report, response, "r");
        var found = ReportSignature.Verify(stamped, new KeyTrust(_key.Public), "r");
        Assert.NotNull(found.Stamped);
        var slot = SignatureSlot.Find(PdfFile.Parse(report, "r"), "r")!;
        Assert.Equal(slot.Signed(report), slot.Signed(stamped));
        Assert.Throws<SignatureException>(() => ReportSignature.Stamp(Render(new Signer(_key)), response, "r"));
        if (Shell.Has("pdfsig"))
            Assert.Contains("Signature is Valid.", Shell.Run("pdfsig", _temp.Path, _temp.Write("stamped.pdf", stamped)).Output, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _key.Dispose();
        _temp.Dispose();
    }

    private static ReportContents Contents => ReportSamples.WithFiles(ReportSamples.Approved);

    private static byte[] Render(Signer signer, ReportLanguage language) => AuditReport.Render(Contents, language, SignedSample.Fonts(language), signer);

    private static byte[] Render(Signer? signer, byte[]? earlier = null) => AuditReport.Render(Contents, ReportLanguage.English, FontSet.Bundled, signer, earlier);

    /// <summary>A report that somebody signed under a certificate of his own making.</summary>
    /// <param name="request">The certificate.</param>
    /// <param name="nameOf">What the signature names as its certificate; null gives the attribute without a value.</param>
    private static byte[] SignedBy(CertificateRequest request, Func<X509Certificate2, AsnEncodedData>? nameOf)
    {
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var report = AuditReport.Compose(Contents, ReportLanguage.English, FontSet.Bundled, isToBeSigned: true);
        var slot = SignatureSlot.Find(PdfFile.Parse(report, "r"), "r")!;
        slot.WriteRange(report);
        var cms = new SignedCms(new ContentInfo(slot.Signed(report)), detached: true);
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate) { IncludeOption = X509IncludeOption.EndCertOnly };
        signer.SignedAttributes.Add(new CryptographicAttributeObject(new Oid(SigningCertificateV2), nameOf is null ? new AsnEncodedDataCollection() : new AsnEncodedDataCollection(nameOf(certificate))));
        cms.ComputeSignature(signer);
        slot.WriteContents(report, cms.Encode());
        return report;
    }

    private static AsnEncodedData NameOf(X509Certificate2 certificate)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
            writer.WriteOctetString(SHA256.HashData(certificate.RawData));
        return new AsnEncodedData(new Oid(SigningCertificateV2), writer.Encode());
    }

    private static SignatureFault Fault(byte[] report, SignerTrust trust) => Assert.Throws<SignatureException>(() => ReportSignature.Verify(report, trust, "r")).Kind;

    private bool IsRefused(byte[] report)
    {
        try
        {
            _ = ReportSignature.Verify(report, new KeyTrust(_key.Public), "r");
            return false;
        }
        catch (Exception e) when (e is SignatureException or PdfException)
        {
            return true;
        }
    }

    /// <summary>A time stamp authority of openssl's.</summary>
    private byte[] Authority(byte[] request)
    {
        _temp.Write("request.tsq", request);
        _temp.Write("ts.cnf", """
            [req]
            distinguished_name=name
            [name]
            [tsa]
            default_tsa=one
            [one]
            serial=serial
            crypto_device=builtin
            signer_digest=sha256
            default_policy=1.2.3.4.1
            digests=sha256
            accuracy=secs:1
            ordering=no
            tsa_name=no
            ess_cert_id_chain=no
            ess_cert_id_alg=sha256
            [ext]
            extendedKeyUsage=critical,timeStamping
            keyUsage=critical,digitalSignature
            """u8);
        _temp.Write("serial", "01\n"u8);
        foreach (var command in new[]
        {
            "req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -subj /CN=tsa -days 3650 -config ts.cnf -extensions ext",
            "ts -reply -config ts.cnf -section one -queryfile request.tsq -signer tsa.pem -inkey tsa.key -out response.tsr",
        })
        {
            var result = Shell.Run("openssl", _temp.Path, command.Split(' '));
            Assert.True(result.ExitCode == 0, result.Error);
        }
        return File.ReadAllBytes(_temp.PathTo("response.tsr"));
    }
}
