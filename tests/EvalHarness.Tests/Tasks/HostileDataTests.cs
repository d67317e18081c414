using Loragate.EvalHarness.Tasks;
using Loragate.Testing;
using static Loragate.EvalHarness.Tests.Tasks.TaskFolder;

namespace Loragate.EvalHarness.Tests.Tasks;

/// <summary>A task's data are files of their own folder, and every row in them has what the task needs, or the file or the row is named.</summary>
public sealed class HostileDataTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../outside.jsonl")]
    [InlineData("a/../../outside.jsonl")]
    [InlineData("/etc/passwd")]
    public void A_data_file_outside_of_the_data_folder_is_refused(string file)
    {
        _folder.Write("outside.jsonl", """{"q": "x", "gold": 0}"""u8);
        Directory.CreateDirectory(_folder.PathTo("data"));
        var task = _folder.Load(Base.Replace("rows.jsonl", file, StringComparison.Ordinal));
        Assert.Contains("outside", Assert.Throws<TaskException>(() => task.Read(_folder.PathTo("data"), null)).Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    [InlineData("pipe")]
    [InlineData("device")]
    public void A_link_out_of_the_data_folder_and_what_is_no_file_are_refused(string kind)
    {
        _folder.Write("outside/rows.jsonl", "{\"q\": \"x\", \"gold\": 0}"u8);
        Directory.CreateDirectory(_folder.PathTo("data"));
        var file = _folder.PathTo("data/rows.jsonl");
        switch (kind)
        {
            case "file":
                File.CreateSymbolicLink(file, _folder.PathTo("outside/rows.jsonl"));
                break;
            case "folder":
                Directory.CreateSymbolicLink(_folder.PathTo("data/sub"), _folder.PathTo("outside"));
                break;
            case "pipe":
                Assert.Equal(0, Shell.Run("mkfifo", _folder.Path, file).ExitCode);
                break;
            default:
                File.CreateSymbolicLink(file, "/dev/zero");
                break;
        }
        var task = _folder.Load(kind == "folder" ? Base.Replace("rows.jsonl", "sub/rows.jsonl", StringComparison.Ordinal) : Base);
        var refusal = Assert.ThrowsAny<Artifacts.MalformedInputException>(() => task.Read(_folder.PathTo("data"), null));
        Assert.Contains(kind == "pipe" ? "neither a plain file" : "a symbolic link", refusal.Fault, StringComparison.Ordinal);
        Assert.StartsWith(_folder.PathTo("data"), refusal.Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"q\": 1,}", "rows.jsonl, line 2")]
    [InlineData("{\"q\": 1, \"q\": 2}", "rows.jsonl, line 2")]
    [InlineData("[1]", "rows.jsonl, line 2")]
    [InlineData("{\"q\": \"\\ud800\"}", "rows.jsonl, line 2")]
    public void A_broken_row_is_named_by_file_and_line(string row, string place)
    {
        _folder.Rows("{\"q\": \"x\", \"gold\": 0}", row);
        Assert.EndsWith(place, Assert.Throws<TaskException>(() => _folder.Load(Base).Read(_folder.Path, null)).Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doc_to_text: \"{{q}}\"", "{\"gold\": 0}", "'q'")]
    [InlineData("doc_to_text: \"{{q}}\"\ndescription: \"D\"", "{\"gold\": 0}", "'q'")]
    [InlineData("doc_to_text: q", "{\"gold\": 0}", "'q'")]
    [InlineData("doc_to_target: \"{{gold}}\"", "{\"q\": \"x\"}", "'gold'")]
    [InlineData("doc_to_target: gold", "{\"q\": \"x\"}", "'gold'")]
    [InlineData("doc_to_target: gold", "{\"q\": \"x\", \"gold\": null}", "'gold'")]
    [InlineData("doc_to_choice: \"{{[q, gold]}}\"", "{\"gold\": \"1\"}", "'q'")]
    [InlineData("doc_to_choice: !function utils.crows_choice", "{\"q\": \"x\", \"gold\": 0}", "'sent_more'")]
    public void A_row_without_a_column_that_the_task_needs_is_refused_by_file_and_line(string key, string row, string column)
    {
        _folder.Rows("{\"q\": \"x\", \"gold\": \"0\"}", row);
        var name = key.Split(':')[0];
        var yaml = string.Concat(Base.Split('\n').Where(line => line.Length > 0 && !line.StartsWith(name, StringComparison.Ordinal)).Append(key).Select(line => line + "\n"));
        var task = _folder.Load(yaml);
        var data = task.Read(_folder.Path, null);
        var refusal = Assert.ThrowsAny<Artifacts.MalformedInputException>(() => task.Prepare(data, data.Documents[1]));
        Assert.Contains("rows.jsonl, line 2", refusal.Place, StringComparison.Ordinal);
        Assert.Contains(column, refusal.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("doc_to_text: question")]
    [InlineData("doc_to_text: \"{{question}}\"")]
    [InlineData("doc_to_target: answer")]
    [InlineData("doc_to_target: \"{{answer}}\"")]
    [InlineData("doc_to_choice: answers")]
    public void A_column_that_no_row_has_is_named(string key)
    {
        _folder.Rows("{\"q\": \"x\", \"gold\": 0}");
        var name = key.Split(':')[0];
        var task = _folder.Load(string.Concat(Base.Split('\n').Where(line => line.Length > 0 && !line.StartsWith(name, StringComparison.Ordinal)).Append(key).Select(line => line + "\n")));
        var data = task.Read(_folder.Path, null);
        var refusal = Assert.ThrowsAny<Artifacts.MalformedInputException>(() => task.Prepare(data, data.Documents[0]));
        Assert.Contains(key.Split(' ')[1].Trim('"', '{', '}'), refusal.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_lacks_a_column_nothing_needs_is_taken()
    {
        _folder.Rows("{\"q\": \"x\", \"gold\": 0, \"note\": 1}", "{\"q\": \"y\", \"gold\": 1}");
        var task = _folder.Load(Base);
        var data = task.Read(_folder.Path, null);
        Assert.Equal(1, task.Prepare(data, data.Documents[1]).Gold);
        Assert.Equal("1", data.Documents[0].Field("note"));
        var refusal = Assert.Throws<TaskException>(() => data.Documents[1].Field("note"));
        Assert.EndsWith("rows.jsonl, line 2", refusal.Place, StringComparison.Ordinal);
        Assert.Contains("'note'", refusal.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_that_process_docs_cannot_take_is_named_by_file_and_line()
    {
        _folder.Rows("{\"q\": \"x\", \"gold\": 0}");
        var refusal = Assert.Throws<TaskException>(() => _folder.Load(Base + "process_docs: !function utils.hellaswag_docs\n").Read(_folder.Path, null));
        Assert.EndsWith("rows.jsonl, line 1", refusal.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void No_rows_are_no_evidence()
    {
        _folder.Rows();
        Assert.Contains("no rows", Assert.Throws<TaskException>(() => _folder.Load(Base).Read(_folder.Path, null)).Fault, StringComparison.Ordinal);
    }
}
