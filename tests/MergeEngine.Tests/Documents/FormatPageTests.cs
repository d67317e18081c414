using System.Text;
using System.Text.Json;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Shards;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Documents;

public sealed class FormatPageTests
{
    [Fact]
    public void The_example_of_the_merge_arithmetic_holds()
    {
        using var example = Example("merge.v1.md");
        var root = example.RootElement;
        var (a, b) = (root.GetProperty("a").EnumerateArray().Select(v => v.GetDouble()).ToList(), root.GetProperty("b").EnumerateArray().Select(v => v.GetDouble()).ToList());
        var value = root.GetProperty("w").GetDouble() + root.GetProperty("s").GetDouble() * a.Zip(b, (x, y) => x * y).Aggregate(0.0, (sum, product) => sum + product);
        Assert.Equal(root.GetProperty("merged").GetDouble(), BFloat16Format.ToDouble(BFloat16Format.RoundOne(value)));
    }

    [Fact]
    public void The_example_of_the_bit_order_is_what_the_writer_writes_and_the_reader_reads()
    {
        using var example = Example("undo.v1.md");
        var indices = example.RootElement.GetProperty("indices").EnumerateArray().Select(i => (Index: i[0].GetUInt64(), Width: (int)Math.Ceiling(Math.Log2(i[1].GetInt32())))).ToList();
        var writer = new BitWriter();
        foreach (var (index, width) in indices)
            writer.Write(index, width);
        Assert.Equal(example.RootElement.GetProperty("bytes").GetString(), Convert.ToHexStringLower(writer.Bytes));

        var reader = new BitReader(writer.Bytes.ToArray());
        Assert.All(indices, i => Assert.True(reader.TryRead(i.Width, out var read) && read == i.Index));
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void The_side_cars_format_name_is_the_pages() =>
        Assert.Contains("{\"format\":\"" + MergeEngine.Undo.UndoFormat.Format + "\"}", File.ReadAllLines(Repository.PathTo("docs", "formats", "undo.v1.md")));

    [Fact]
    public void The_example_of_a_journal_is_one()
    {
        using var example = Example("journal.v1.md");
        Assert.True(Record.Parse<Journal>(Encoding.UTF8.GetBytes(example.RootElement.GetRawText()), "journal.v1.md").Holds());
    }

    private static JsonDocument Example(string page) =>
        JsonDocument.Parse(File.ReadAllLines(Repository.PathTo("docs", "formats", page)).SkipWhile(l => l != "```json example").Skip(1).First());
}
