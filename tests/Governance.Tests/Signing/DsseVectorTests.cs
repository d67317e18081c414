using System.Security.Cryptography;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Signing;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class DsseVectorTests
{
    /// <summary>As what each bad case is refused: one that is refused for another reason than the planted one would be luck.</summary>
    private static readonly Dictionary<string, string> Causes = new (string Words, string Ids)[]
    {
        ("0 of 1 signers", "bad-payload bad-type bad-boundary bad-no-pae bad-wrong-key bad-wrong-key-keyid bad-ed-wrong-key bad-truncated bad-p1363 bad-trailing bad-ed-malleable bad-ed-short bad-published-der"),
        ("1 of 2 signers", "bad-threshold bad-same-key-twice bad-same-key-two-ids bad-key-listed-twice"),
        ("0 signatures where", "bad-no-signatures"),
        ("member 'signatures' is missing", "bad-no-member"),
        ("Duplicate property 'payload'", "bad-dup-payload"),
        ("Duplicate property 'sig'", "bad-dup-sig"),
        ("member 'payload' is not canonical base64", "bad-base64-chars bad-base64-space bad-base64-mixed bad-base64-unpadded bad-base64-bits"),
        ("member 'payload' is Number where String was expected", "bad-payload-number"),
        ("not a JSON object", "bad-array"),
        ("not strict JSON", "bad-truncated-json"),
    }.SelectMany(told => told.Ids.Split(' ').Select(id => KeyValuePair.Create(id, told.Words))).ToDictionary(StringComparer.Ordinal);

    public static TheoryData<string, string> Encodings => [.. Items("pae.json", "vectors")];

    public static TheoryData<string, string> Cases => [.. Items("cases.json", "cases")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Encodings))]
    public void The_pre_authentication_encoding_is_the_reference_one(string id, string json)
    {
        using var document = JsonDocument.Parse(json);
        var item = document.RootElement;
        var encoded = Pae.Encode(item.GetProperty("type").GetString()!, item.GetProperty("body").GetBytesFromBase64());
        Assert.Equal(item.GetProperty("sha256").GetString(), Digest.Of(encoded).Hex);
        Assert.True(!item.TryGetProperty("pae", out var pae) || pae.GetBytesFromBase64().AsSpan().SequenceEqual(encoded), id);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void The_verdict_on_an_envelope_is_the_expected_one(string id, string json)
    {
        using var document = JsonDocument.Parse(json);
        var item = document.RootElement;
        var expected = item.GetProperty("expected").GetString();
        Assert.Contains(expected, (string[])["valid", "invalid"]);
        var fault = Fault(item);
        if (expected == "valid")
            Assert.Null(fault);
        else
            Assert.Contains(Causes.GetValueOrDefault(id) ?? throw new InvalidOperationException($"{id}: say here as what it is refused."), fault ?? "accepted", StringComparison.Ordinal);
    }

    /// <summary>What is said of an envelope; null for one that is good.</summary>
    private static string? Fault(JsonElement item)
    {
        var keys = item.GetProperty("keys").EnumerateArray().Select(key => Key(key.GetString()!)).ToList();
        var format = item.GetProperty("signature_format").GetString() == "der" ? DSASignatureFormat.Rfc3279DerSequence : DSASignatureFormat.IeeeP1363FixedFieldConcatenation;
        try
        {
            var envelope = DsseEnvelope.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "oms", "dsse", item.GetProperty("envelope").GetString()!)), "envelope");
            var (signers, threshold) = (envelope.CountSigners(keys, format), item.GetProperty("threshold").GetInt32());
            return signers >= threshold ? null : $"{signers} of {threshold} signers";
        }
        catch (SignatureException e)
        {
            return e.Message;
        }
    }

    private static VerificationKey Key(string name) =>
        VerificationKey.FromPem(File.ReadAllText(SharedFolder.PathTo("vectors", "oms", "dsse", name)), name);

    private static IEnumerable<TheoryDataRow<string, string>> Items(string file, string list)
    {
        if (!SharedFolder.IsPresent)
            return [];
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "oms", "dsse", file)));
        return [.. document.RootElement.GetProperty(list).EnumerateArray().Select((item, i) => new TheoryDataRow<string, string>(
            item.TryGetProperty("id", out var id) ? id.GetString()! : $"{file} {i}", item.GetRawText()))];
    }
}
