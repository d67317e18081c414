using Net.Pkcs11Interop.Common;

namespace Loragate.Governance.Keys.Tokens;

public sealed class TokenUriTests
{
    private const string Module = "?module-path=/usr/lib/module.so";

    [Fact]
    public void A_uri_names_module_token_object_and_the_pins_file()
    {
        var uri = TokenUri.Parse("pkcs11:token=The%20token;serial=1a2b;object=gate;id=%01%fe;type=private?module-path=/usr/lib/module.so&pin-source=file:/run/pin");
        Assert.Equal(("The token", "1a2b", "gate"), (uri.Parsed.Token, uri.Parsed.Serial, uri.Parsed.Object));
        Assert.Equal([0x01, 0xFE], uri.Parsed.Id);
        Assert.Equal(("/usr/lib/module.so", "/run/pin"), (uri.ModulePath, uri.PinFile));
        Assert.Equal("/run/pin", TokenUri.Parse($"pkcs11:object=gate{Module}&pin-source=/run/pin").PinFile);
        Assert.Equal("/run/my pin", TokenUri.Parse($"pkcs11:object=gate{Module}&pin-source=file:///run/my%2520pin").PinFile);
        Assert.Null(TokenUri.Parse($"pkcs11:object=gate{Module}").PinFile);
    }

    [Theory]
    [InlineData("pkcs11:object=gate?module-path=/m.so&pin-value=1234", "pin-value")]
    [InlineData("pkcs11:object=gate", "module-path")]
    [InlineData("pkcs11:object=gate?module-path=m.so", "absolute")]
    [InlineData("pkcs11:object=gate?module-path=../m.so", "absolute")]
    [InlineData("pkcs11:object=gate?module-name=softhsm2", "module-name")]
    [InlineData("pkcs11:object=gate;x-mine=1?module-path=/m.so", "x-mine")]
    [InlineData("pkcs11:object=gate?module-path=/m.so&x-mine=1", "x-mine")]
    [InlineData("pkcs11:object=gate;type=cert?module-path=/m.so", "type")]
    [InlineData("pkcs11:object=gate;object=other?module-path=/m.so", "PKCS#11 URI")]
    [InlineData("pkcs11:object=%zz?module-path=/m.so", "PKCS#11 URI")]
    [InlineData("pkcs11:object=gate?module-path=/m.so&pin-source=|cat /etc/passwd", "pin-source")]
    [InlineData("pkcs11:object=gate?module-path=/m.so&pin-source=%7Ccat%20pin", "pin-source")]
    [InlineData("pkcs11:object=gate?module-path=/m.so&pin-source=https:%2F%2Fexample.com%2Fpin", "pin-source")]
    [InlineData("pkcs11:object=gate?module-path=/m.so&pin-source=file://example.com/pin", "pin-source")]
    public void What_is_unsafe_unknown_or_malformed_is_refused_by_name(string uri, string word)
    {
        var refusal = Assert.Throws<KeyException>(() => TokenUri.Parse(uri));
        Assert.Contains(word, refusal.Fault, StringComparison.Ordinal);
        Assert.DoesNotContain("1234", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_is_a_tokens_uri_by_its_scheme_alone()
    {
        Assert.True(TokenUri.IsOne("pkcs11:"));
        Assert.False(TokenUri.IsOne("./pkcs11:key.pem"));
    }

    [Theory]
    [InlineData(CKR.CKR_PIN_INCORRECT, "wrong")]
    [InlineData(CKR.CKR_PIN_LOCKED, "locked")]
    [InlineData(CKR.CKR_USER_PIN_NOT_INITIALIZED, "no user's PIN")]
    [InlineData(CKR.CKR_MECHANISM_INVALID, "elliptic curves")]
    [InlineData(CKR.CKR_HOST_MEMORY, "CKR_HOST_MEMORY")]
    public void A_refusal_of_a_token_is_told_in_words(CKR code, string words)
    {
        var refusal = TokenFault.Of("pkcs11:object=gate", new Pkcs11Exception("C_Login", code));
        Assert.Contains(words, refusal.Fault, StringComparison.Ordinal);
        Assert.NotEmpty(refusal.Advice);
    }
}
