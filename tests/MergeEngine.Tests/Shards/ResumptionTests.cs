using System.Text;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Shards;

public sealed class ResumptionTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly string _base;
    private readonly string _adapter;

    public ResumptionTests()
    {
        _base = TinyModel.WriteBase(_temp.PathTo("base"), DType.BF16, sharded: true);
        _adapter = TinyModel.WriteAdapter(_temp.PathTo("a"));
    }

    private string Merged => _temp.PathTo("merged");

    private string Partial => Merged + ".partial";

    private string Journal => Path.Combine(Partial, "loragate", "journal", "journal.json");

    private MergeRequest Request => TinyModel.Request(_base, Merged, new WeightedAdapter(_adapter)) with { Threads = 1, Resumes = true };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_merge_that_was_interrupted_goes_on_and_ends_as_if_undisturbed(int shards)
    {
        Interrupt(shards);
        Assert.Equal(shards, Directory.EnumerateFiles(Partial, "*.safetensors").Count());
        Assert.Equal(shards, MergeAgain(Request));
        AssertAsUndisturbed(Request);
    }

    [Fact]
    public void A_merge_that_replaces_and_scales_goes_on_as_well()
    {
        var dora = TinyModel.WriteAdapter(_temp.PathTo("b"), config: c => c["use_dora"] = true);
        var request = Request with { Adapters = [new WeightedAdapter(dora)] };
        Interrupt(2, request);
        Assert.Equal(2, MergeAgain(request));
        AssertAsUndisturbed(request);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_unmerge_that_was_interrupted_goes_on_and_ends_as_if_undisturbed(int shards)
    {
        Merger.Merge(Request);
        var request = TinyModel.Undo(Merged, _temp.PathTo("restored")) with { Threads = 1, Resumes = true };
        Interrupt(shards, (progress, token) => Unmerger.Unmerge(request, progress, token), request.Output);
        var progress = new Watcher();
        Unmerger.Unmerge(request, progress);
        Assert.Equal(shards, progress.Last.Reused);
        MergerTests.AssertRestored(_base, request.Output);
        Assert.False(Directory.Exists(request.Output + ".partial") || Directory.Exists(Path.Combine(request.Output, "loragate", "journal")));
    }

    [Fact]
    public void A_restored_file_that_was_changed_is_restored_again()
    {
        Merger.Merge(Request);
        var request = TinyModel.Undo(Merged, _temp.PathTo("restored")) with { Threads = 1, Resumes = true };
        Interrupt(1, (progress, token) => Unmerger.Unmerge(request, progress, token), request.Output);
        Flip(Assert.Single(Directory.EnumerateFiles(request.Output + ".partial", "*.safetensors")), -1);
        var progress = new Watcher();
        Unmerger.Unmerge(request, progress);
        Assert.Equal(0, progress.Last.Reused);
        MergerTests.AssertRestored(_base, request.Output);
    }

    [Fact]
    public void Any_changed_bit_in_what_was_left_is_found_and_nothing_is_reused()
    {
        Interrupt(2);
        foreach (var file in FolderManifest.List(Partial))
        {
            var length = new FileInfo(Path.Combine(Partial, file)).Length;
            for (var at = 0L; at < length; at += Math.Max(1, length / 5))
            {
                using var copy = new TempFolder();
                copy.Copy(Partial, "merged.partial");
                Flip(copy.PathTo("merged.partial", file), at);
                var request = Request with { Output = copy.PathTo("merged") };
                Assert.True(MergeAgain(request) == 0, $"{file}, byte {at}");
                AssertAsUndisturbed(request);
            }
        }
    }

    /// <summary>A number that no file proves: the journal's own check does.</summary>
    [Fact]
    public void A_changed_number_in_the_journal_is_found()
    {
        Interrupt(2);
        var root = JsonNode.Parse(File.ReadAllBytes(Journal))!;
        var line = root["shards"]!.AsArray().SelectMany(s => s!["merged"]!.AsArray()).First()!;
        line["fidelity"]!["unchanged"] = line["fidelity"]!["unchanged"]!.GetValue<long>() + 1;
        File.WriteAllBytes(Journal, CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(root.ToJsonString()), "test"));
        Assert.Equal(0, MergeAgain(Request));
        AssertAsUndisturbed(Request);
    }

    [Fact]
    public void A_base_that_was_changed_since_is_merged_anew()
    {
        Interrupt(1);
        var finished = Path.GetFileName(Assert.Single(Directory.EnumerateFiles(Partial, "*.safetensors")));
        Flip(Path.Combine(_base, finished), -1);
        Assert.Equal(0, MergeAgain(Request));
        AssertAsUndisturbed(Request);
    }

    [Theory]
    [InlineData("adapter")]
    [InlineData("weight")]
    [InlineData("type")]
    [InlineData("undo")]
    [InlineData("version")]
    [InlineData("config")]
    public void Another_request_reuses_nothing(string difference)
    {
        Interrupt(1);
        var request = difference switch
        {
            "adapter" => Request with { Adapters = [new WeightedAdapter(TinyModel.WriteAdapter(_temp.PathTo("b"), 2))] },
            "weight" => Request with { Adapters = [new WeightedAdapter(_adapter, 0.5)] },
            "type" => Request with { OutputType = DType.F32 },
            "undo" => Request with { WithUndo = false },
            "version" => Request with { Version = "another" },
            _ => Request,
        };
        if (difference == "config")
            File.AppendAllText(Path.Combine(_base, "config.json"), " ");
        Assert.Equal(0, MergeAgain(request));
        AssertAsUndisturbed(request);
    }

    [Fact]
    public void A_request_that_does_not_resume_starts_over_and_leaves_nothing_when_interrupted()
    {
        Interrupt(1);
        var request = Request with { Resumes = false };
        using (var source = new CancellationTokenSource())
            Assert.ThrowsAny<OperationCanceledException>(() => Merger.Merge(request, new Watcher(_ => source.Cancel()), source.Token));
        Assert.False(Directory.Exists(Partial));
        Assert.Equal(0, MergeAgain(request));
    }

    [Fact]
    public void An_interruption_before_the_first_file_is_complete_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Merger.Merge(Request, new Watcher(_ => source.Cancel()), source.Token));
        Assert.False(Directory.Exists(Partial));
    }

    [Fact]
    public void A_merge_that_is_refused_leaves_nothing_although_it_was_resumed()
    {
        Interrupt(1);
        var finished = Directory.EnumerateFiles(Partial, "*.safetensors").Select(Path.GetFileName).Single();
        foreach (var shard in Directory.EnumerateFiles(_base, "*.safetensors").Where(f => Path.GetFileName(f) != finished))
        {
            // NaN in any type.
            var bytes = File.ReadAllBytes(shard);
            bytes.AsSpan(^64..).Fill(0xFF);
            File.WriteAllBytes(shard, bytes);
        }
        Assert.Throws<NonFiniteException>(() => Merger.Merge(Request));
        Assert.False(Directory.Exists(Partial) || Directory.Exists(Merged));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_output_that_another_process_writes_is_left_to_it(bool resumes)
    {
        Interrupt(1);
        var before = FolderManifest.Read(Partial).Digest;
        using (new FileStream(Merged + ".lock.partial", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            Assert.Contains("another process", Assert.Throws<FolderException>(() => Merger.Merge(Request with { Resumes = resumes })).Message, StringComparison.Ordinal);
        Assert.Equal(before, FolderManifest.Read(Partial).Digest);
    }

    [Fact]
    public void A_second_merge_that_starts_over_does_not_disturb_the_one_under_way()
    {
        var refusals = 0;
        Merger.Merge(Request, new Watcher(_ =>
        {
            Assert.Throws<FolderException>(() => Merger.Merge(Request with { Resumes = false }));
            refusals++;
        }));
        Assert.True(refusals > 2);
        AssertAsUndisturbed(Request);
    }

    [Fact]
    public void Links_in_what_was_left_are_not_followed()
    {
        Interrupt(1);
        var precious = _temp.Write("precious/file", "keep"u8);
        Directory.CreateSymbolicLink(Path.Combine(Partial, "loragate", "original"), Path.GetDirectoryName(precious)!);
        Assert.Equal(0, MergeAgain(Request));
        Assert.True(File.Exists(precious));
        AssertAsUndisturbed(Request);
    }

    public void Dispose() => _temp.Dispose();

    private void Interrupt(int shards, MergeRequest? request = null) =>
        Interrupt(shards, (progress, token) => Merger.Merge(request ?? Request, progress, token), Merged);

    /// <summary>Stops a run in the last of so many weight files: what is stopped between blocks ends a tensor of one block, and with it the file.</summary>
    private static void Interrupt(int shards, Action<IProgress<MergeProgress>, CancellationToken> run, string output)
    {
        var journal = Path.Combine(output + ".partial", "loragate", "journal", "journal.json");
        using var source = new CancellationTokenSource();
        var watcher = new Watcher(progress =>
        {
            if (progress.Done > 0 && Finished(journal) == shards - 1)
                source.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => run(watcher, source.Token));
        Assert.False(Directory.Exists(output));
        Assert.Equal(shards, Finished(journal));
    }

    private static int Finished(string journal) => File.Exists(journal) ? JsonNode.Parse(File.ReadAllBytes(journal))!["shards"]!.AsArray().Count : 0;

    /// <summary>Runs to the end; returns how many weight files were taken over.</summary>
    private static int MergeAgain(MergeRequest request)
    {
        var progress = new Watcher();
        Merger.Merge(request, progress);
        Assert.Equal(progress.Last.Total, progress.Last.Done);
        return progress.Last.Reused;
    }

    private static void AssertAsUndisturbed(MergeRequest request)
    {
        using var other = new TempFolder();
        var undisturbed = request with { Output = other.PathTo("merged"), Resumes = false };
        Merger.Merge(undisturbed);
        Assert.Equal(FolderManifest.Read(undisturbed.Output).Files, FolderManifest.Read(request.Output).Files);
        Assert.False(Directory.Exists(request.Output + ".partial"));
    }

    /// <summary>Changes a bit; a negative place counts from the end.</summary>
    private static void Flip(string path, long at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at < 0 ? bytes.Length + at : at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private sealed class Watcher(Action<MergeProgress>? action = null) : IProgress<MergeProgress>
    {
        public MergeProgress Last { get; private set; }

        public void Report(MergeProgress value)
        {
            Last = value;
            action?.Invoke(value);
        }
    }
}
