using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Extracting;
using Loragate.Artifacts.Records.Merging;
using Loragate.MergeEngine.Auditing;
using Loragate.MergeEngine.Combining;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Devices.Torch;
using Loragate.MergeEngine.Extracting;

namespace Loragate.MergeEngine;

/// <summary>Does what the kernels did again on Torch's CPU device, in a few rows at a time, and holds every byte against the kernels'.</summary>
internal static class SameOnTorch
{
    public const string Device = "torch-cpu";

    /// <summary>Enough for one to some tens of rows of the tests' models and their factors.</summary>
    public const long Memory = 96 << 10;

    public static TorchDevice Open(int threads = 2, long memory = Memory) => TorchDevice.Open(Device, memory, threads);

    /// <summary>A merge that the kernels made, again.</summary>
    public static void AssertMerge(MergeRequest request, MergeReceipt receipt, string output, long memory = Memory)
    {
        using var device = Open(request.Threads, memory);
        var again = Merger.Merge(request with { Device = device, Output = output });
        Assert.Equal(Device, again.Engine.Device);
        Assert.Equal(receipt.ComputeDigest(), (again with { Engine = receipt.Engine, Output = receipt.Output with { WeightsDigest = again.Output.WeightsDigest } }).ComputeDigest());
        AssertSame(request.Output, output);
    }

    /// <summary>An unmerge that the kernels made, again.</summary>
    public static void AssertUnmerge(UnmergeRequest request, string output, long memory = Memory)
    {
        using var device = Open(request.Threads, memory);
        Unmerger.Unmerge(request with { Device = device, Output = output });
        AssertSame(request.Output, output);
    }

    /// <summary>An audit on the processor, again.</summary>
    public static void AssertAudit(AuditRequest request, MergeAudit audit, long memory = Memory)
    {
        using var device = Open(request.Threads, memory);
        var again = MergeAuditor.Audit(request with { Device = device });
        Assert.Equal(Device, again.Engine.Device);
        Assert.Equal(audit.ToCanonicalJson(), (again with { Engine = audit.Engine }).ToCanonicalJson());
    }

    /// <summary>A combination on the processor, again.</summary>
    public static void AssertCombination(CombineRequest request, CombinationReceipt receipt, string output, long memory = Memory)
    {
        using var device = Open(request.Threads, memory);
        var again = Combiner.Combine(request with { Device = device, Output = output });
        Assert.Equal(Device, again.Engine.Device);
        Assert.Equal(receipt.ToCanonicalJson(), (again with { Engine = receipt.Engine }).ToCanonicalJson());
        AssertSame(request.Output, output);
    }

    /// <summary>An extraction on the processor, again.</summary>
    public static void AssertExtraction(ExtractRequest request, ExtractionReceipt receipt, string output, long memory = Memory)
    {
        using var device = Open(request.Threads, memory);
        var again = Extractor.Extract(request with { Device = device, Output = output })!;
        Assert.Equal(Device, again.Engine.Device);
        Assert.Equal(receipt.ToCanonicalJson(), (again with { Engine = receipt.Engine }).ToCanonicalJson());
        AssertSame(request.Output, output);
    }

    /// <summary>All files but the receipts, which name the device.</summary>
    private static void AssertSame(string expected, string found)
    {
        var files = FolderManifest.List(expected).Where(file => !Path.GetFileName(file).Contains("receipt", StringComparison.Ordinal) || file.Contains("/earlier/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(File.ReadAllBytes(Path.Combine(expected, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(found, file))), file));
        Assert.Equal(FolderManifest.List(expected), FolderManifest.List(found));
    }
}
