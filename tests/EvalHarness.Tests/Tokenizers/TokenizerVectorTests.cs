using System.Text.Json;
using Loragate.EvalHarness.Tokenizers;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Tokenizers;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class TokenizerVectorTests
{
    public static TheoryData<string> Folders() =>
        [.. SharedFolder.Folders("vectors", "tokenizers").Where(name => File.Exists(SharedFolder.PathTo("vectors", "tokenizers", name, "tokenizer.json"))
            && File.Exists(SharedFolder.PathTo("vectors", "tokenizers", name, "cases.jsonl")))];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Folders))]
    public void Texts_and_ids_are_the_reference_implementation_s(string name)
    {
        var tokenizer = Load(name);
        var faults = new List<string>();
        foreach (var row in Rows(name, "cases.jsonl"))
        {
            var text = row.GetProperty("text").GetString()!;
            Compare(faults, text, Ids(row, "ids"), tokenizer.Encode(text, addSpecialTokens: true));
            Compare(faults, text, Ids(row, "ids_no_special"), tokenizer.Encode(text, addSpecialTokens: false));
            Compare(faults, text, row.GetProperty("decoded").GetString()!, tokenizer.Decode(Ids(row, "ids_no_special"), skipSpecialTokens: false));
            Compare(faults, text, row.GetProperty("decoded_skip").GetString()!, tokenizer.Decode(Ids(row, "ids"), skipSpecialTokens: true));
        }
        Assert.Empty(faults);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Folders))]
    public void Arbitrary_ids_decode_as_in_the_reference_implementation(string name)
    {
        var tokenizer = Load(name);
        var faults = new List<string>();
        foreach (var row in Rows(name, "decode.jsonl"))
        {
            var ids = Ids(row, "ids");
            Compare(faults, string.Join(' ', ids), row.GetProperty("decoded").GetString()!, tokenizer.Decode(ids, skipSpecialTokens: false));
            Compare(faults, string.Join(' ', ids), row.GetProperty("decoded_skip").GetString()!, tokenizer.Decode(ids, skipSpecialTokens: true));
        }
        Assert.Empty(faults);
    }

    private static Tokenizer Load(string name) => Tokenizer.Load(SharedFolder.PathTo("vectors", "tokenizers", name));

    private static List<JsonElement> Rows(string name, string file)
    {
        var rows = File.ReadLines(SharedFolder.PathTo("vectors", "tokenizers", name, file)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.NotEmpty(rows);
        return rows;
    }

    private static int[] Ids(JsonElement row, string key) => [.. row.GetProperty(key).EnumerateArray().Select(id => id.GetInt32())];

    private static void Compare(List<string> faults, string input, int[] expected, int[] actual)
    {
        if (!expected.SequenceEqual(actual))
            faults.Add($"{JsonSerializer.Serialize(input)}: expected {string.Join(' ', expected)}, got {string.Join(' ', actual)}");
    }

    private static void Compare(List<string> faults, string input, string expected, string actual)
    {
        if (expected != actual)
            faults.Add($"{JsonSerializer.Serialize(input)}: expected {JsonSerializer.Serialize(expected)}, got {JsonSerializer.Serialize(actual)}");
    }
}
