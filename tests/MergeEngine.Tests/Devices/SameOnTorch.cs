using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Devices.Torch;

namespace Loragate.MergeEngine;

/// <summary>Does a merge and its unmerge again on Torch's CPU device, in a few rows at a time, and holds every byte against the kernels'.</summary>
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

    /// <summary>All files but the receipts, which name the device.</summary>
    private static void AssertSame(string expected, string found)
    {
        var files = FolderManifest.List(expected).Where(file => !Path.GetFileName(file).Contains("receipt", StringComparison.Ordinal) || file.Contains("/earlier/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(File.ReadAllBytes(Path.Combine(expected, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(found, file))), file));
        Assert.Equal(FolderManifest.List(expected), FolderManifest.List(found));
    }
}
