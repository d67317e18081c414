using Loragate.EvalHarness.Tasks;
using Loragate.Testing;
using static Loragate.EvalHarness.Tests.Tasks.TaskFolder;

namespace Loragate.EvalHarness.Tests.Tasks;

/// <summary>A digest covers all that a task and its data were made of.</summary>
public sealed class TaskDigestTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Local_keys_win_over_included_ones_and_the_digest_covers_both()
    {
        _folder.Write("defaults.yaml", "target_delimiter: \"\"\ndescription: \"D \"\ntask: other\n"u8);
        _folder.Rows("{\"q\": \"x\", \"gold\": \"1\"}");
        var task = _folder.Load(Base + "include: defaults.yaml\ndescription: \"L \"\n");
        var data = task.Read(_folder.Path, null);
        var item = task.Prepare(data, data.Documents[0]);
        Assert.Equal("t", task.Name);
        Assert.Equal([new ContinuationRequest("L x", "a"), new ContinuationRequest("L x", "b")], item.Continuations);
        Assert.Equal(1, item.Gold);

        var before = task.TaskDigest;
        _folder.Write("defaults.yaml", "target_delimiter: \"\"\ndescription: \"E \"\ntask: other\n"u8);
        Assert.NotEqual(before, _folder.Load(Base + "include: defaults.yaml\ndescription: \"L \"\n").TaskDigest);
    }

    [Fact]
    public void Every_byte_of_the_data_counts()
    {
        _folder.Rows("{\"q\": \"x\", \"gold\": 0}");
        var before = _folder.Load(Base).Read(_folder.Path, null).Digest;
        _folder.Rows("{\"q\": \"y\", \"gold\": 0}");
        Assert.NotEqual(before, _folder.Load(Base).Read(_folder.Path, null).Digest);
    }
}
