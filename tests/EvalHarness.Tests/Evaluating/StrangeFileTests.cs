using Loragate.Artifacts.Folders;
using Loragate.EvalHarness.Templates;
using Loragate.MergeEngine;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>Model folders in which something that is no file stands in a file's place.</summary>
public sealed class StrangeFileTests : IDisposable
{
    private static readonly string Base = Repository.PathTo("samples", "base");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TempFolder _temp = new();

    public static TheoryData<string> Names => ["config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "model.safetensors"];

    public void Dispose() => _temp.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_pipe_in_a_files_place_is_refused_and_not_waited_for(string name)
    {
        MakePipe(_temp.PathTo("base", name));
        var refusal = await Refusal();
        Assert.Equal(_temp.PathTo("base", name), refusal.Place);
        Assert.Equal("neither a plain file nor a folder", refusal.Fault);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_link_to_a_pipe_is_refused_by_the_name_of_both(string name)
    {
        MakePipe(_temp.PathTo("pipe"));
        File.Delete(_temp.PathTo("base", name));
        File.CreateSymbolicLink(_temp.PathTo("next"), _temp.PathTo("pipe"));
        File.CreateSymbolicLink(_temp.PathTo("base", name), _temp.PathTo("next"));
        var refusal = await Refusal();
        Assert.Equal(_temp.PathTo("base", name), refusal.Place);
        Assert.Contains(_temp.PathTo("pipe"), refusal.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_that_leads_nowhere_or_in_a_circle_is_refused()
    {
        var path = _temp.PathTo("base", "generation_config.json");
        CopyBase(path);
        File.CreateSymbolicLink(path, _temp.PathTo("nothing"));
        Assert.Contains("leads nowhere", (await Refusal()).Fault, StringComparison.Ordinal);
        File.Delete(path);
        File.CreateSymbolicLink(path, path);
        Assert.Contains("leads nowhere", (await Refusal()).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_links_into_a_cache_is_read_as_its_files_are()
    {
        Directory.CreateDirectory(_temp.PathTo("base"));
        foreach (var file in Directory.EnumerateFiles(Base))
            File.CreateSymbolicLink(_temp.PathTo("base", Path.GetFileName(file)), file);
        using var linked = Open(_temp.PathTo("base"));
        using var own = Open(Base);
        Assert.Equal(own.Model, linked.Model);
    }

    private void MakePipe(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Shell.Has("mkfifo"), "For Linux, with mkfifo.");
        CopyBase(path);
        Assert.Equal(0, Shell.Run("mkfifo", _temp.Path, path).ExitCode);
    }

    private void CopyBase(string without)
    {
        _temp.Copy(Base, "base");
        File.Delete(without);
    }

    private async Task<FolderException> Refusal() => await Assert.ThrowsAsync<FolderException>(() => Task.Run(() =>
    {
        _ = ChatTemplate.Load(_temp.PathTo("base"));
        Open(_temp.PathTo("base")).Dispose();
    }, TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken));

    private static Evaluator Open(string folder) =>
        Evaluator.Open(new EvaluatorOptions { Model = folder, Weights = WeightsDigest.ComputeTensors(folder, 1), Threads = 1, Version = "test" });
}
