using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Loragate.Tuning.Training;

/// <summary>What decides which of Torch's kernels add in which order: the architecture, and the widest vectors that Torch picks kernels by (ATen's CPU capability).</summary>
internal static class ProcessorKind
{
    /// <summary>"x64-avx512", "x64-avx2", "x64", "arm64".</summary>
    public static string Name { get; } =
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant() + (Avx512F.IsSupported ? "-avx512" : Avx2.IsSupported ? "-avx2" : "");
}
