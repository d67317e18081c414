using System.Text.Json.Nodes;
using Loragate.Artifacts.Records.Merging;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

/// <summary>Whoever merges can say that the base is the residual one, and is told that the word was taken.</summary>
public sealed class ResidualBaseTests
{
    [Fact]
    public void No_base_is_the_residual_one_where_none_is_named()
    {
        var result = Executable.Run("inspect", Executable.Adapter("routing-good"), "--residual-base");
        Assert.Equal(64, result.ExitCode);
        Assert.Contains("--residual-base: name the residual base with --base", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_adapter_that_changed_its_base_is_inspected_merged_and_audited_once_the_base_is_said_to_be_the_changed_one()
    {
        using var temp = new TempFolder();
        var adapter = temp.Copy(Executable.Adapter("routing-good"), "adapter");
        var path = Path.Combine(adapter, "adapter_config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        config["init_lora_weights"] = "pissa";
        File.WriteAllText(path, config.ToJsonString());
        string[] inspect = ["inspect", adapter, "--base", Executable.Base], merge = ["merge", "--base", Executable.Base, "--adapter", adapter, "--output", temp.PathTo("merged")];

        Assert.Equal(1, Executable.Run(inspect).ExitCode);
        Assert.Contains("--residual-base", Executable.Run(merge).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(temp.PathTo("merged")));

        Executable.Must([.. inspect, "--residual-base"]);
        Assert.Contains("taken at your word", Executable.Must([.. merge, "--residual-base"]).Error, StringComparison.Ordinal);
        Assert.True(Record.ReadFile<MergeReceipt>(temp.PathTo("merged", "loragate", "receipt.json")).Adapters[0].ResidualBase);
        Executable.Must("verify-merge", "--base", Executable.Base, "--adapter", adapter, "--merged", temp.PathTo("merged"), "--residual-base");
        Executable.Must("unmerge", "--merged", temp.PathTo("merged"), "--output", temp.PathTo("restored"));
    }
}
