using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Trust;

public sealed class TrustPolicyTests : IDisposable
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly TrustFolder _folder = new();

    [Fact]
    public void The_example_of_the_format_page_is_a_trust_policy()
    {
        var page = File.ReadAllText(Repository.PathTo("docs", "formats", "trust.v1.md"));
        var example = page.Split("```yaml\n")[1].Split("```")[0];
        foreach (var key in new[] { "gate-2025", "gate-2026", "reviewer-17", "reviewer-17-new" })
            _folder.Temp.Write($"keys/{key}.pem", Encoding.ASCII.GetBytes(_folder.Key(key).Public.Pem));
        _folder.Temp.Write("keys/ca.pem", Encoding.ASCII.GetBytes(_folder.Key("ca").SelfSign("ca", Day, Day.AddYears(1))));
        var policy = _folder.Read(example);
        Assert.Equal(["gate-ci", "reviewer-17", "risk-04", "trainer-09"], policy.Signers.Select(signer => signer.Id));
        Assert.Empty(policy.Find("trainer-09")!.Credentials);
        Assert.Equal((2, 3), (policy.Witnesses!.Needed, policy.Witnesses.Witnesses.Count));
    }

    [Theory]
    [InlineData("{quorum: 1, keys: [w1]}", null)]
    [InlineData("{quorum: 2, keys: [w1, w2]}", null)]
    [InlineData("{quorum: 3, keys: [w1, w2]}", "from 1 to the number of witnesses, 2")]
    [InlineData("{quorum: 0, keys: [w1, w2]}", "from 1 to the number of witnesses, 2")]
    [InlineData("{quorum: 1, keys: []}", "from 1 to the number of witnesses, 0")]
    [InlineData("{quorum: 2, keys: [w1, w1]}", "there twice")]
    [InlineData("{quorum: 2, keys: [w1, other-name-of-w1]}", "there twice")]
    [InlineData("{quorum: 1, keys: [log]}", "the key of a log")]
    [InlineData("{quorum: 1, keys: [nonsense]}", "not a vkey")]
    [InlineData("{quorum: 1, keys: [w1], of: 3}", "the key 'of' is unknown")]
    [InlineData("{keys: [w1]}", "'quorum'")]
    public void Witnesses_are_distinct_and_their_quorum_can_be_reached(string witnesses, string? fault)
    {
        foreach (var name in new[] { "w1", "w2" })
            KeyFile.New(_folder.Temp.PathTo(name), KeyType.Ed25519);
        using var first = LedgerKey.Read(_folder.Temp.PathTo("w1"));
        using var second = LedgerKey.Read(_folder.Temp.PathTo("w2"));
        // In one pass: the base64 of a key may hold such a word.
        var text = Regex.Replace(witnesses, "other-name-of-w1|w1|w2|log", word => (word.Value switch
        {
            "other-name-of-w1" => first.CosignerFor("w.example/other"),
            "w1" => first.CosignerFor("w.example/w"),
            "w2" => second.CosignerFor("w.example/v"),
            _ => first.VerifierFor("log.example/l"),
        }).ToString());
        var exception = Record.Exception(() => _folder.Read($"{_folder.Text("a: reviewer | k")}witnesses: {text}\n"));
        Assert.Equal(fault is null, exception is null);
        Assert.Contains(fault ?? "", exception?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void The_digest_covers_every_key_file()
    {
        var before = _folder.Policy("a: reviewer | k").Digest;
        Assert.Equal(before, _folder.Policy("a: reviewer | k").Digest);
        _folder.Temp.Write("k.pub", Encoding.ASCII.GetBytes(_folder.Key("other").Public.Pem));
        Assert.NotEqual(before, _folder.Policy("a: reviewer | k").Digest);
    }

    [Fact]
    public void The_digest_is_that_of_the_files_digests_in_their_order()
    {
        var policy = _folder.Policy("a: reviewer | k", "b: reviewer | l");
        var lines = new[] { "trust.yaml", "k.pub", "l.pub" }.Select(file => Digest.OfFile(_folder.Temp.PathTo(file)).Hex + "\n");
        Assert.Equal(Digest.Of(Encoding.ASCII.GetBytes(string.Concat(lines))), policy.Digest);
    }

    [Fact]
    public void One_key_under_two_ids_is_refused_with_both_lines()
    {
        var exception = Assert.Throws<TrustException>(() => _folder.Policy("a: reviewer | k", "b: reviewer | k"));
        Assert.Equal(12, Assert.Single(exception.Faults).Line);
        Assert.Contains("already on line 8", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_of_a_key_file_is_the_same_key()
    {
        _ = _folder.Policy("a: reviewer | k");
        File.Copy(_folder.Temp.PathTo("k.pub"), _folder.Temp.PathTo("copy.pub"));
        Assert.Throws<TrustException>(() => _folder.Read(_folder.Text("a: reviewer | k") + "  - {id: b, roles: [reviewer], keys: [{file: copy.pub}]}\n"));
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "schema: loragate.trust/1", "schema: loragate.policy/1", "'schema' must be loragate.trust/1" },
        { "id: a", "id: Alice Smith", "an id is made of" },
        { "id: b", "id: a", "the id 'a' is taken" },
        { "roles: [reviewer]", "roles: []", "at least one role" },
        { "roles: [reviewer]", "roles: [gate, reviewer]", "stands alone" },
        { "roles: [reviewer]", "roles: [reviewer, reviewer]", "a role is there twice" },
        { "file: k.pub", "file: /etc/passwd", "must be relative" },
        { "file: k.pub", "file: nowhere.pub", "no such file" },
        { "file: k.pub", "file: k.pub\n        roots: k.pub", "either 'file', or 'roots' and 'subject'" },
        { "file: k.pub", "roots: k.pub\n        subject: CN=a", "no certificate" },
        { "file: k.pub", "file: k.pub\n        until: soon", "a moment in UTC" },
        { "file: k.pub", "file: k.pub\n        until: 2026-01-01T00:00:00+01:00", "a moment in UTC" },
        { "file: k.pub", "file: k.pub\n        from: 2026-01-02T00:00:00Z\n        until: 2026-01-01T00:00:00Z", "'until' must lie after 'from'" },
        { "file: k.pub", "file: k.pub\n        expires: never", "the key 'expires' is unknown" },
        { "file: k.pub", "file: ledger.pub", "an Ed25519 key" },
        { "\n      - file: k.pub", " []", "'keys' may be empty only" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void A_mistake_is_refused_with_its_name(string original, string mistake, string fault)
    {
        _folder.Temp.Write("ledger.pub", Encoding.ASCII.GetBytes(KeyFile.New(_folder.Temp.PathTo("ledger"), KeyType.Ed25519)));
        var text = _folder.Text("a: reviewer | k", "b: risk-owner | l");
        Assert.Contains(original, text, StringComparison.Ordinal);
        var at = text.IndexOf(original, StringComparison.Ordinal);
        var exception = Assert.Throws<TrustException>(() => _folder.Read(text[..at] + mistake + text[(at + original.Length)..]));
        Assert.Contains(exception.Faults, found => found.Message.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("k from=2026-03-01T00:00:00Z", null)]
    [InlineData("k from=2026-03-01T00:00:01Z", "outside its window")]
    [InlineData("k until=2026-03-01T00:00:00Z", "outside its window")]
    [InlineData("k until=2026-03-01T00:00:01Z", null)]
    [InlineData("k compromised=2026-03-01T00:00:00Z", "compromised by then")]
    [InlineData("k compromised=2026-03-01T00:00:01Z", null)]
    public void A_key_counts_in_its_window_and_before_its_compromise(string key, string? fault)
    {
        AssertFault(fault, _folder.Policy($"a: gate | {key}").FaultOf(_folder.Signer("k"), TrustedSigner.Gate, Day));
    }

    [Fact]
    public void A_key_has_only_the_roles_of_its_signer()
    {
        var policy = _folder.Policy("a: reviewer | k", "g: gate | g");
        Assert.Contains("does not give the role", policy.FaultOf(_folder.Signer("k"), TrustedSigner.Gate, Day), StringComparison.Ordinal);
        Assert.Contains("by nobody", policy.FaultOf(_folder.Signer("stranger"), "reviewer", Day), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_counts_by_its_subject_under_its_root()
    {
        var pem = _folder.Key("k").SelfSign("risk-04", Day.AddDays(-1), Day.AddYears(1));
        _folder.Temp.Write("ca.pem", Encoding.ASCII.GetBytes(pem));
        var signer = new Signing.Signer(_folder.Key("k"), Signing.CertificateChainMaterial.FromPem(pem, _folder.Key("k").Public, "k"));
        string Line(string subject) => $"schema: loragate.trust/1\nname: t\nversion: \"1\"\nsigners:\n  - {{id: a, roles: [reviewer], keys: [{{roots: ca.pem, subject: {subject}}}]}}\n";
        Assert.Null(_folder.Read(Line("CN=risk-04")).FaultOf(signer, "reviewer", Day));
        Assert.Equal("a", _folder.Read(Line("CN=risk-04")).Find(signer, Day));
        Assert.Null(_folder.Read(Line("CN=risk-05")).Find(signer, Day));
        Assert.Contains("by nobody", _folder.Read(Line("CN=risk-05")).FaultOf(signer, "reviewer", Day), StringComparison.Ordinal);
        Assert.Contains("does not hold", _folder.Read(Line("CN=risk-04")).FaultOf(signer, "reviewer", Day.AddYears(2)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b: risk-owner | a-certified", "reviewer", "signed by 'b'")]
    [InlineData("b: reviewer | a-certified compromised=2026-02-01T00:00:00Z", "reviewer", "a key of 'b' that was compromised by then")]
    [InlineData("b: reviewer | a-certified", "reviewer", null)]
    public void A_key_that_stands_by_file_is_its_owners_and_never_passes_for_the_key_of_a_certificate(string owner, string role, string? fault)
    {
        var policy = _folder.Policy("a: reviewer | CN=a", owner);
        Assert.Equal("b", policy.Find(_folder.Certified("a"), Day));
        AssertFault(fault, policy.FaultOf(_folder.Certified("a"), role, Day));
    }

    [Fact]
    public void A_key_that_its_owner_lost_is_not_saved_by_his_own_certificate_over_it()
    {
        var policy = _folder.Policy("a: reviewer | CN=a | a-certified compromised=2026-02-01T00:00:00Z");
        Assert.Null(policy.FaultOf(_folder.Certified("a"), "reviewer", Day.AddDays(-40)));
        AssertFault("compromised by then", policy.FaultOf(_folder.Certified("a"), "reviewer", Day));
    }

    [Fact]
    public void A_new_certificate_follows_one_that_was_replaced_or_lost()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create();
        key.ImportFromPem(_folder.Key("k").Public.Pem);
        var root = new CertificateRequest("CN=root", rootKey, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var authority = root.CreateSelfSigned(Day.AddYears(-1), Day.AddYears(2));
        string Issue(DateTimeOffset from)
        {
            var request = new CertificateRequest(new X500DistinguishedName("CN=risk-04"), new PublicKey(key), HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
            using var issued = request.Create(authority, from, Day.AddYears(1), [(byte)from.Day, 1]);
            return issued.ExportCertificatePem() + "\n";
        }

        var (old, @new) = (Issue(Day.AddDays(-100)), Issue(Day.AddDays(-5)));
        _folder.Temp.Write("ca.pem", Encoding.ASCII.GetBytes(authority.ExportCertificatePem() + "\n"));
        Signing.Signer By(string pem) => new(_folder.Key("k"), Signing.CertificateChainMaterial.FromPem(pem, _folder.Key("k").Public, "k"));
        string Text(string first, string second) => $"schema: loragate.trust/1\nname: t\nversion: \"1\"\nsigners:\n  - id: a\n    roles: [reviewer]\n    keys:\n{Entry(first)}{Entry(second)}";
        string Entry(string window) => $"      - {{roots: ca.pem, subject: CN=risk-04, {window}}}\n";
        string Moment(int days) => $"{Day.AddDays(days):yyyy-MM-dd'T'HH:mm:ss'Z'}";

        var replaced = _folder.Read(Text($"until: {Moment(-6)}", $"from: {Moment(-6)}"));
        Assert.Null(replaced.FaultOf(By(@new), "reviewer", Day));
        Assert.Null(replaced.FaultOf(By(old), "reviewer", Day.AddDays(-10)));

        // Who has the lost one does not sign with the new one's right.
        var lost = _folder.Read(Text($"compromised: {Moment(-6)}", $"from: {Moment(-6)}"));
        Assert.Null(lost.FaultOf(By(@new), "reviewer", Day));
        Assert.Null(lost.FaultOf(By(old), "reviewer", Day.AddDays(-10)));
        Assert.Contains("compromised by then", lost.FaultOf(By(old), "reviewer", Day), StringComparison.Ordinal);

        var both = Assert.Throws<TrustException>(() => _folder.Read(Text($"until: {Moment(-5)}", $"from: {Moment(-6)}")));
        Assert.Contains("windows that do not overlap", both.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertFault(string? expected, string? found)
    {
        Assert.Equal(expected is null, found is null);
        Assert.Contains(expected ?? "", found ?? "", StringComparison.Ordinal);
    }
}
