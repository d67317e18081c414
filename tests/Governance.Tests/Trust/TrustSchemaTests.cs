using Loragate.Governance.Tests.Policies;
using Loragate.Testing;

namespace Loragate.Governance.Trust;

/// <summary>policies/trust.schema.json says to editors what the reader says to everybody else.</summary>
public sealed class TrustSchemaTests : IDisposable
{
    private const string Head = "schema: loragate.trust/1\nname: test\nversion: \"1\"\nsigners:\n";
    private static readonly SchemaFile Schema = new("trust.schema.json");
    private readonly TrustFolder _folder = new();

    [Fact]
    public void The_example_of_the_format_page_fits() =>
        Assert.True(Schema.Accepts(File.ReadAllText(Repository.PathTo("docs", "formats", "trust.v1.md")).Split("```yaml\n")[1].Split("```")[0]));

    [Theory]
    [InlineData("strange: 1\nsigners: []\n")]
    [InlineData("signers: [{strange: 1}]\n", "$defs", "signer")]
    [InlineData("signers: [{id: a, roles: [reviewer], keys: [{strange: 1}]}]\n", "$defs", "key")]
    public void It_has_exactly_the_readers_keys(string text, params string[] path)
    {
        var fault = Assert.Throws<TrustException>(() => _folder.Read(text)).Faults.Single(fault => fault.Message.Contains("'strange'", StringComparison.Ordinal)).Message;
        Assert.Equal(fault[(fault.IndexOf("known are ", StringComparison.Ordinal) + "known are ".Length)..].Split(", "), Schema.KeysAt(path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("  - {id: a, roles: [reviewer, risk-owner], keys: [{file: k.pub, from: 2026-01-01T00:00:00Z, until: 2026-02-01T00:00:00Z}]}\n")]
    [InlineData("  - {id: a, roles: [author], keys: []}\n")]
    [InlineData("  - {id: a, roles: [gate], keys: [{file: k.pub, compromised: 2026-02-01T00:00:00Z}]}\n")]
    public void What_it_accepts_the_reader_accepts(string signer)
    {
        _ = _folder.Key("k");
        Assert.True(Schema.Accepts(Head + signer));
        Assert.Single(_folder.Read(Head + signer).Signers);
    }

    [Theory]
    [InlineData("  - {id: A, roles: [reviewer], keys: [{file: k.pub}]}\n")]
    [InlineData("  - {id: a, roles: [], keys: [{file: k.pub}]}\n")]
    [InlineData("  - {id: a, roles: [reviewer, reviewer], keys: [{file: k.pub}]}\n")]
    [InlineData("  - {id: a, roles: [gate, reviewer], keys: [{file: k.pub}]}\n")]
    [InlineData("  - {id: a, roles: [reviewer], keys: []}\n")]
    [InlineData("  - {id: a, roles: [reviewer]}\n")]
    [InlineData("  - {id: a, roles: [reviewer], keys: [{file: /k.pub}]}\n")]
    [InlineData("  - {id: a, roles: [reviewer], keys: [{file: k.pub, roots: ca.pem}]}\n")]
    [InlineData("  - {id: a, roles: [reviewer], keys: [{roots: ca.pem}]}\n")]
    [InlineData("  - {id: a, roles: [reviewer], keys: [{file: k.pub, from: 2026-01-01}]}\n")]
    [InlineData("  - {id: a, roles: [reviewer], keys: [{file: k.pub, comprimised: 2026-01-01T00:00:00Z}]}\n")]
    public void What_it_refuses_the_reader_refuses_as_well(string signer)
    {
        _ = _folder.Key("k");
        Assert.False(Schema.Accepts(Head + signer));
        Assert.Throws<TrustException>(() => _folder.Read(Head + signer));
    }

    public void Dispose() => _folder.Dispose();
}
