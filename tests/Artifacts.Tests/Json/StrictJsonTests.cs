using System.Text;
using Loragate.Testing;

namespace Loragate.Artifacts.Json;

public sealed class StrictJsonTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"a":1,"A":2,"é":[true,false,null,-0,1.5e-7,"\ud83d\ude00"]}""")]
    [InlineData(" \t\r\n[1]\n")]
    public void Strict_JSON_is_read(string json)
    {
        using var document = StrictJson.Parse(Encoding.UTF8.GetBytes(json), "f");
        Assert.True(StrictJson.TryParse(Encoding.UTF8.GetBytes(json), out var again));
        again!.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("nul")]
    [InlineData("{} {}")]
    [InlineData("[1,]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("// note\n{}")]
    [InlineData("{\"a\":1,\"a\":1}")]
    [InlineData("{\"a\":1,\"\\u0061\":1}")]
    [InlineData("{\"x\":{\"a\":1,\"a\":1}}")]
    [InlineData("[\"\\ud800\"]")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("[1e999]")]
    [InlineData("[-1e999]")]
    [InlineData("[NaN]")]
    [InlineData("[01]")]
    [InlineData("[\"\t\"]")]
    [InlineData("['a']")]
    [InlineData("\uFEFF{}")]
    public void What_readers_could_read_differently_is_refused(string json)
    {
        var refusal = Assert.Throws<JsonFormatException>(() => StrictJson.Parse(Encoding.UTF8.GetBytes(json), "the-file"));
        Assert.Equal("the-file", refusal.Place);
        Assert.False(StrictJson.TryParse(Encoding.UTF8.GetBytes(json), out _));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'"', 0xFF, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', 0xC0, 0x80, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', 0xED, 0xA0, 0x80, (byte)'"' })]
    [InlineData(new byte[] { (byte)'"', 0xF4, 0x90, 0x80, 0x80, (byte)'"' })]
    public void Invalid_UTF_8_is_refused(byte[] json) => Assert.Throws<JsonFormatException>(() => StrictJson.Parse(json, "f"));

    [Fact]
    public void Nesting_is_read_to_the_limit_and_refused_beyond()
    {
        StrictJson.Parse(Nested(StrictJson.MaxDepth), "f").Dispose();
        Assert.Throws<JsonFormatException>(() => StrictJson.Parse(Nested(StrictJson.MaxDepth + 1), "f"));
        Assert.Throws<JsonFormatException>(() => StrictJson.Parse(Nested(1_000_000), "f"));
    }

    [Fact]
    public void A_file_above_the_limit_is_refused_unread()
    {
        using var temp = new TempFolder();
        var path = temp.Write("f.json", "[1,2]"u8);
        StrictJson.ParseFile(path, 5).Dispose();
        Assert.Contains("5 bytes", Assert.Throws<JsonFormatException>(() => StrictJson.ParseFile(path, 4)).Message, StringComparison.Ordinal);
    }

    private static byte[] Nested(int depth) => Encoding.ASCII.GetBytes(new string('[', depth) + new string(']', depth));
}
