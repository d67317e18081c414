using System.Security.Cryptography;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Signing;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class DsseVectorTests
{
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
        Assert.True(IsValid(item) == (expected == "valid"), $"{id} expected {expected}");
    }

    private static bool IsValid(JsonElement item)
    {
        var keys = item.GetProperty("keys").EnumerateArray().Select(key => Key(key.GetString()!)).ToList();
        var format = item.GetProperty("signature_format").GetString() == "der" ? DSASignatureFormat.Rfc3279DerSequence : DSASignatureFormat.IeeeP1363FixedFieldConcatenation;
        try
        {
            var envelope = DsseEnvelope.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "oms", "dsse", item.GetProperty("envelope").GetString()!)), "envelope");
            return envelope.CountSigners(keys, format) >= item.GetProperty("threshold").GetInt32();
        }
        catch (SignatureException)
        {
            return false;
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
