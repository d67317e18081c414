using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tasks.Groups;

public sealed class TaskCatalogTests : IDisposable
{
    private const string Body = "dataset_path: json\ndataset_kwargs: {data_files: {test: rows.jsonl}}\ntest_split: test\noutput_type: multiple_choice\ndoc_to_text: q\ndoc_to_target: a\ndoc_to_choice: [\"x\", \"y\"]\n";

    private readonly TempFolder _temp = new();

    public TaskCatalogTests()
    {
        Write("_body.yaml", Body + "tag: [all]\n");
        Write("one.yaml", "task: one\ninclude: _body.yaml\n");
        Write("deep/two.yaml", "task: two\ninclude: ../_body.yaml\n");
        Write("three.yaml", "task: three\ninclude: _body.yaml\ntag: odd\n");
        Write("inner.yaml", "group: inner\ntask: [two, odd]\naggregate_metric_list: [{metric: acc, weight_by_size: false}]\n");
        Write("outer.yaml", "group: outer\ngroup_alias: Outer\ntask: [one, inner]\naggregate_metric_list:\n  - {metric: acc, aggregation: mean}\nmetadata: {version: 1}\n");
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Names_tags_and_groups_stand_for_their_tasks_each_once()
    {
        Assert.Equal(["two"], Names("two"));
        Assert.Equal(["two", "one"], Names("all"));
        Assert.Equal(["one", "two", "three"], Names("outer"));
        Assert.Equal(["three", "one", "two"], Names("three", "outer", "inner"));
        Assert.Equal(["inner", "outer"], Select("outer").Groups.Select(group => group.Name));
    }

    [Fact]
    public void A_group_and_its_score_are_called_by_its_alias_or_where_it_has_none_by_its_name()
    {
        Write("empty.yaml", "group: empty\ngroup_alias: \"\"\ntask: one\n");
        var groups = Select("outer", "empty").Groups.ToDictionary(group => group.Name);
        Assert.Equal(("Outer", "inner", "empty"), (groups["outer"].Alias, groups["inner"].Alias, groups["empty"].Alias));
        var reports = new[] { "one", "two", "three" }.ToDictionary(task => task, task => Report(task, new Metric("acc", 0.5, 0.1, 10)));
        Assert.Equal(("outer", "Outer"), (GroupScore.Of(groups["outer"], reports).Name, GroupScore.Of(groups["outer"], reports).Alias));
        Write("number.yaml", "group: number\ngroup_alias: 5\ntask: one\n");
        Assert.Contains("group_alias", Assert.ThrowsAny<MalformedInputException>(() => Select("number")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_can_be_named_without_a_folder_and_a_name_cannot()
    {
        Assert.Equal("one", Assert.Single(TaskCatalog.Open(null).Select([_temp.PathTo("one.yaml")]).Tasks).Name);
        Assert.Contains("without a folder", Assert.Throws<TaskException>(() => TaskCatalog.Open(null).Select(["one"])).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_of_one_name_are_refused_and_the_same_file_twice_is_not()
    {
        Write("other.yaml", "task: one\ndescription: another\ninclude: _body.yaml\n");
        var catalog = TaskCatalog.Open(null);
        Assert.Single(catalog.Select([_temp.PathTo("one.yaml"), _temp.PathTo("one.yaml")]).Tasks);
        Assert.Contains("'one'", Assert.Throws<TaskException>(() => catalog.Select([_temp.PathTo("one.yaml"), _temp.PathTo("other.yaml")])).Place, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_files_are_one_task_unless_data_lie_beside_one_of_them()
    {
        Write("here/four.yaml", "task: four\n" + Body);
        Write("there/four.yaml", "task: four\n" + Body);
        string[] both = [_temp.PathTo("here/four.yaml"), _temp.PathTo("there/four.yaml")];
        Assert.Single(TaskCatalog.Open(null).Select(both).Tasks);
        Write("there/rows.jsonl", "{\"q\": \"?\", \"a\": 0}\n");
        Assert.Single(TaskCatalog.Open(null).Select([both[1], both[1]]).Tasks);
        Assert.All([both, [both[1], both[0]]], files => Assert.Contains("data of their own", Assert.Throws<TaskException>(() => TaskCatalog.Open(null).Select(files)).Fault, StringComparison.Ordinal));
    }

    [Fact]
    public void A_group_averages_by_documents_or_by_tasks_with_the_pooled_error()
    {
        var reports = new Dictionary<string, EvaluationReport>
        {
            ["one"] = Report("one", new Metric("acc", 0.5, 0.1, 10)),
            ["two"] = Report("two", new Metric("acc", 0.8, 0.05, 30)),
            ["three"] = Report("three", new Metric("acc", 0.2, 0.05, 30)),
        };
        var groups = Select("outer").Groups.ToDictionary(group => group.Name, group => Assert.Single(GroupScore.Of(group, reports).Metrics));
        Assert.Equal(("acc,none", 0.5, 60), (groups["inner"].Name, groups["inner"].Value, groups["inner"].Items));
        Assert.Equal((5 + 24 + 6) / 70.0, groups["outer"].Value, 1e-15);

        // √((9·0.01·10 + 2·29·0.0025·30)/(70 − 3)/70)
        Assert.Equal(Math.Sqrt((0.9 + 4.35) / 67 / 70), groups["outer"].StandardError!.Value, 1e-15);
    }

    [Fact]
    public void A_group_one_of_whose_tasks_lacks_the_metric_has_no_average_and_keeps_the_others()
    {
        Write("outer.yaml", "group: outer\ntask: [one, two]\naggregate_metric_list: [{metric: acc_bytes}, {metric: acc}, {metric: acc_norm}]\n");
        var group = Select("outer").Groups[0];
        var reports = new[] { "one", "two" }.ToDictionary(name => name, name => Report(name, new Metric("acc", 1, null, 1)));
        var score = GroupScore.Of(group, reports);
        Assert.Equal("acc,none", Assert.Single(score.Metrics).Name);
        Assert.Contains("'one' has no metric 'acc_bytes,none'", Assert.Single(group.Absent()), StringComparison.Ordinal);
        Assert.Equal(2, score.Absent.Count);
        Assert.Contains("'one' has no metric 'acc_norm,none'", score.Absent[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("group: outer\ntask: [inner]\n---\n", "outer", "more than one document")]
    [InlineData("group: outer\ntask: [outer]\n", "outer", "holds itself")]
    [InlineData("group: outer\ntask: []\n", "outer", "without tasks")]
    [InlineData("group: outer\ntask: [nobody]\n", "outer", "neither a task file")]
    [InlineData("group: outer\ntask: [{task: one, num_fewshot: 3}]\n", "outer", "not a text")]
    [InlineData("group: outer\ntask: [one]\nsurprise: 1\n", "outer", "'surprise'")]
    [InlineData("group: outer\ntask: [one]\naggregate_metric_list: [{metric: acc, aggregation: median}]\n", "outer", "'median'")]
    [InlineData("task: one\n", "one", "the name 'one' is that of")]
    public void A_group_that_cannot_be_followed_is_refused(string yaml, string name, string named)
    {
        Write("outer.yaml", yaml);
        Assert.Contains(named, Assert.ThrowsAny<Artifacts.MalformedInputException>(() => Select(name)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_that_hold_each_other_are_refused()
    {
        Write("inner.yaml", "group: inner\ntask: [outer]\n");
        Assert.Contains("holds itself through 'inner'", Assert.Throws<TaskException>(() => Select("outer")).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_that_name_each_other_forty_times_each_are_walked_once()
    {
        for (var i = 0; i < 14; i++)
            Write($"g{i}.yaml", $"group: g{i}\ntask: [{string.Join(", ", Enumerable.Repeat(i == 13 ? "one" : $"g{i + 1}", 40))}]\n");
        var selection = Select("g0");
        Assert.Equal(["one"], selection.Tasks.Select(task => task.Name));
        Assert.Equal(14, selection.Groups.Count);
    }

    [Fact]
    public void A_group_of_too_many_members_is_refused_by_line()
    {
        Write("outer.yaml", $"group: outer\ntask: [{string.Join(", ", Enumerable.Repeat("one", 10_001))}]\n");
        Assert.EndsWith("outer.yaml, line 2, key 'task'", Assert.Throws<TaskException>(() => Select("outer")).Place, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_behind_links_are_not_walked()
    {
        Directory.CreateSymbolicLink(_temp.PathTo("loop"), _temp.Path);
        Assert.Equal(["one"], Names("one"));
    }

    private TaskSelection Select(params string[] names) => TaskCatalog.Open(_temp.Path).Select(names);

    private IEnumerable<string> Names(params string[] names) => Select(names).Tasks.Select(task => task.Name);

    private void Write(string file, string yaml) => _temp.Write(file, Encoding.UTF8.GetBytes(yaml));

    private static EvaluationReport Report(string name, Metric metric)
    {
        var digest = Artifacts.Digest.Of("x"u8);
        return new EvaluationReport(new EngineInfo("e", "1", "p", "cpu"), new EvaluatedModel(digest, digest, digest), new EvaluatedTask(name, digest, digest, "multiple_choice", 1, null, []), [], [metric], [], [], []);
    }
}
