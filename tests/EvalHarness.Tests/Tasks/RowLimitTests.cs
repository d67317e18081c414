using System.Text;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Data;
using Loragate.Testing;
using static Loragate.EvalHarness.Tests.Tasks.TaskFolder;

namespace Loragate.EvalHarness.Tests.Tasks;

/// <summary>Small files that would become much in memory.</summary>
public sealed class RowLimitTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{\"q\": [[], [], [], [], [], [], [], []]}")]
    [InlineData("{\"q\": {\"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4, \"e\": 5, \"f\": 6, \"g\": 7, \"h\": 8}}")]
    [InlineData("{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}")]
    public void Small_files_of_many_values_are_refused_before_they_fill_the_memory(string rows)
    {
        _folder.Rows(rows);
        Assert.Contains("more than 8 values", Assert.Throws<TaskException>(() => new DataReader(_folder.Path, _folder.Path, isText: false, maxValues: 8).Read(["rows.jsonl"])).Fault, StringComparison.Ordinal);
        Assert.NotEmpty(new DataReader(_folder.Path, _folder.Path, isText: false, maxValues: 50).Read(["rows.jsonl"]));
    }

    /// <summary>A value is promised to take at most about 100 bytes: two million rows of nothing are 6 MB on the disk. What reading allocates bounds what stays: with what it drops again it is about 780 bytes a row.</summary>
    [Fact]
    public void Rows_of_nothing_take_no_more_memory_than_they_are_counted_for()
    {
        const int RowCount = 200_000;
        _folder.Rows(string.Join('\n', Enumerable.Repeat("{}", RowCount)));
        Assert.Throws<TaskException>(() => new DataReader(_folder.Path, _folder.Path, isText: false, maxValues: 5 * RowCount).Read(["rows.jsonl"]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var rows = new DataReader(_folder.Path, _folder.Path, isText: false, maxValues: 1 + (6 * RowCount)).Read(["rows.jsonl"]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_200L * RowCount);
        Assert.Equal(RowCount, rows.Count);
    }

    /// <summary>What ends a line makes a row, and a row of text is more than its one value: 100 MB of carriage returns are 100 million rows.</summary>
    [Theory]
    [InlineData("\r", 2)]
    [InlineData("\n", 2)]
    [InlineData("\r\n", 2)]
    public void Lines_count_as_the_rows_they_become_whatever_ends_them(string end, int rows)
    {
        _folder.Write("rows.txt", Encoding.UTF8.GetBytes("a" + end + "b" + end));
        DataReader Reader(int maxValues) => new(_folder.Path, _folder.Path, isText: true, maxValues);
        Assert.Equal(rows, Reader(maxValues: 5 * (rows + 1)).Read(["rows.txt"]).Count);
        Assert.Contains("more than 10 values", Assert.Throws<TaskException>(() => Reader(maxValues: 10).Read(["rows.txt"])).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_a_new_column_each_are_refused_before_every_row_gets_all_of_them()
    {
        _folder.Rows(string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"{{\"c{i}\": 1}}")));
        var before = GC.GetTotalAllocatedBytes();
        var refusal = Assert.Throws<TaskException>(() => _folder.Load(Base).Read(_folder.Path, null));
        Assert.Contains("20000 rows and 20000 different columns", refusal.Fault, StringComparison.Ordinal);
        Assert.Contains("rows.jsonl", refusal.Place, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 500_000_000);
    }
}
