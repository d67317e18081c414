using System.Text;
using Loragate.Artifacts;
using Loragate.EvalHarness.Templates;
using Loragate.Testing;

namespace Loragate.EvalHarness.Exchange;

public sealed class PythonJsonTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData("""{"a": 1, "b": [1.5, 1e-7, 1e22, -0.0, true, null], "c": {}, "d": [], "e": {"f": [[]]}}""")]
    [InlineData("""{"quote": "\"\\/\b\f\n\r\t\u0001\u007f", "注文": "é 𠮷 \u2028"}""")]
    public void Text_is_Pythons_to_the_byte(string json)
    {
        Assert.SkipUnless(Shell.Has("python3"), "python3 is not installed.");
        var file = _temp.Write("value.json", Encoding.UTF8.GetBytes(json));
        using var document = Artifacts.Json.StrictJson.Parse(Encoding.UTF8.GetBytes(json), file);
        var value = Value.From(document.RootElement);
        var script = "import hashlib, json, sys; v = json.load(open(sys.argv[1], encoding='utf-8')); print(*(hashlib.sha256(t.encode()).hexdigest() for t in (json.dumps(v, ensure_ascii=False), json.dumps(v, indent=2, ensure_ascii=False))))";
        var python = Shell.Run("python3", _temp.Path, "-c", script, file);
        Assert.Equal($"{Digest.Of(Encoding.UTF8.GetBytes(PythonJson.Line(value))).Hex} {Digest.Of(Encoding.UTF8.GetBytes(PythonJson.Indented(value))).Hex}", python.Output.Trim());
    }
}
