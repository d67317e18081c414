using System.Text;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Verbs;

public sealed class VerifyMergeTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Fact]
    public void A_merge_is_verified_and_another_adapters_is_not()
    {
        Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--output", _temp.PathTo("merged"), "--no-undo");
        var right = Verify("routing-good");
        Assert.Equal(0, right.ExitCode);
        Assert.True(Audit(right).Equivalent);
        Assert.Contains("This is the merge", right.Error, StringComparison.Ordinal);

        var wrong = Verify("routing-biased");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains(Audit(wrong).Tensors, t => t.Verdict == TensorVerdict.Unrelated);
        Assert.Contains("unrelated", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_double_merge_is_told_with_its_scale()
    {
        Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good") + "=2", "--output", _temp.PathTo("merged"), "--no-undo");
        var result = Verify("routing-good");
        Assert.Equal(1, result.ExitCode);
        Assert.All(Audit(result).Tensors.Where(t => t.Delta is not null), t => Assert.True(t is { Verdict: TensorVerdict.WrongScale, Scale: > 1.9 and < 2.1 }, t.ToString()));
        Assert.Contains("wrong-scale", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_merged_folder_alone_has_is_shown_and_a_chat_template_is_no_merges()
    {
        Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--output", _temp.PathTo("merged"), "--no-undo");
        File.WriteAllText(_temp.PathTo("merged", "special_tokens_map.json"), "{}");
        var shown = Verify("routing-good");
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("special_tokens_map.json: not in the base", shown.Error, StringComparison.Ordinal);
        File.WriteAllText(_temp.PathTo("merged", "chat_template.jinja"), "{{ evil }}");
        var result = Verify("routing-good");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("chat_template.jinja: differs", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_audit_on_Torch_says_the_same_and_names_its_device()
    {
        Executable.Must("merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-dora"), "--output", _temp.PathTo("merged"), "--no-undo");
        var (here, there) = (Audit(Verify("routing-dora")), Audit(Verify("routing-dora", "--device", "torch-cpu", "--device-memory", "4000000")));
        Assert.True(there.Equivalent);
        Assert.Equal("torch-cpu", there.Engine.Device);
        Assert.Equal(here.ToCanonicalJson(), (there with { Engine = here.Engine }).ToCanonicalJson());
    }

    [Fact]
    public void A_folder_that_is_no_checkpoint_is_malformed() =>
        Assert.Equal(4, Executable.Run("verify-merge", "--base", Executable.Base, "--adapter", Executable.Adapter("routing-good"), "--merged", _temp.Path).ExitCode);

    public void Dispose() => _temp.Dispose();

    private ShellResult Verify(string adapter, params string[] more) =>
        Executable.Run(["verify-merge", "--base", Executable.Base, "--adapter", Executable.Adapter(adapter), "--merged", _temp.PathTo("merged"), "--json", .. more]);

    private static MergeAudit Audit(ShellResult result) => Record.Parse<MergeAudit>(Encoding.UTF8.GetBytes(result.Output.TrimEnd('\n')), "output");
}
