using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Extracting;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class CombineTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void A_combined_adapter_merges_and_its_receipt_lies_beside_it()
    {
        var result = Executable.Must("combine", "--adapter", Executable.Adapter("routing-good") + "=0.7", "--adapter", Executable.Adapter("routing-biased") + "=-0.3", "--method", "cat", "--output", _temp.PathTo("combined"), "--json");
        var receipt = OnlyRecord<CombinationReceipt>(result);
        Assert.Equal([0.7, -0.3], receipt.Adapters.Select(a => a.Weight));
        Assert.Equal(["adapter_config.json", "adapter_model.safetensors", "loragate/combination-receipt.json"], Files.Of(_temp.PathTo("combined")));
        Assert.Equal(receipt.ToCanonicalJson(), File.ReadAllBytes(_temp.PathTo("combined", "loragate", "combination-receipt.json")));
        Executable.Must("merge", "--base", Executable.Base, "--adapter", _temp.PathTo("combined"), "--output", _temp.PathTo("merged"));
        Assert.Empty(Files.HalfWritten(_temp.Path));
    }

    [Fact]
    public void Underscores_are_understood_and_a_fault_of_PEFTs_method_is_told()
    {
        var result = Executable.Must("combine", "--adapter", Executable.Adapter("routing-good"), "--adapter", Executable.Adapter("routing-biased"), "--method", "peft_linear", "--output", _temp.PathTo("combined"));
        Assert.Contains("peft-cross-terms", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public void DoRA_is_not_combined_and_the_reason_is_named()
    {
        var result = Executable.Run("combine", "--adapter", Executable.Adapter("routing-good"), "--adapter", Executable.Adapter("routing-dora"), "--method", "cat", "--output", _temp.PathTo("combined"));
        Assert.Equal(4, result.ExitCode);
        Assert.Contains("use_dora", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path));
    }

    [Fact]
    public void An_adapter_that_was_merged_is_extracted_again()
    {
        Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--dtype", "float32", "--output", _temp.PathTo("tuned"));
        var result = Executable.Must("extract", "--base", Executable.Base, "--tuned", _temp.PathTo("tuned"), "--rank", "8", "--output", _temp.PathTo("extracted"), "--json");
        var receipt = OnlyRecord<ExtractionReceipt>(result);
        Assert.NotEmpty(receipt.Modules);
        Assert.Empty(receipt.Uncaptured);
        Assert.All(receipt.Modules, m => Assert.InRange(m.RelativeError, 0, 1e-4));
        Executable.Must("merge", "--base", Executable.Base, "--adapter", _temp.PathTo("extracted"), "--output", _temp.PathTo("again"));
    }

    [Fact]
    public void Combining_and_extracting_on_Torch_gives_the_same_adapters()
    {
        string[] torch = ["--device", "torch-cpu", "--device-memory", "4000000"];
        string[] combine = ["combine", "--adapter", Executable.Adapter("routing-good"), "--adapter", Executable.Adapter("routing-biased") + "=-0.3", "--method", "dare-ties", "--rank", "4", "--density", "0.5", "--json"];
        string[] extract = ["extract", "--base", Executable.Base, "--tuned", _temp.PathTo("tuned"), "--rank", "2", "--json"];
        Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--output", _temp.PathTo("tuned"));
        foreach (var verb in new[] { combine, extract })
        {
            Executable.Must([.. verb, "--output", _temp.PathTo("here", verb[0])]);
            var there = Executable.Must([.. verb, "--output", _temp.PathTo("there", verb[0]), .. torch]);
            Assert.Contains("\"device\":\"torch-cpu\"", there.Output, StringComparison.Ordinal);
            Assert.Equal(Digest.OfFile(_temp.PathTo("here", verb[0], "adapter_model.safetensors")), Digest.OfFile(_temp.PathTo("there", verb[0], "adapter_model.safetensors")));
        }
    }

    [Fact]
    public void A_model_that_did_not_change_gives_no_adapter_and_exit_code_1()
    {
        var result = Executable.Run("extract", "--base", Executable.Base, "--tuned", Executable.Base, "--rank", "8", "--output", _temp.PathTo("extracted"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("Nothing changed", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_temp.Path));
    }

    public void Dispose() => _temp.Dispose();

    private static T OnlyRecord<T>(ShellResult result)
        where T : Record
    {
        Assert.EndsWith("}\n", result.Output, StringComparison.Ordinal);
        return Record.Parse<T>(Encoding.UTF8.GetBytes(result.Output[..^1]), "standard output");
    }
}
