using Loragate.Artifacts.Records.Combining;
using Loragate.Testing;

namespace Loragate.MergeEngine.Combining;

/// <summary>Two tiny adapters in a folder of their own and what combines them there.</summary>
internal sealed class CombineBench : IDisposable
{
    public CombineBench()
    {
        One = TinyModel.WriteAdapter(Temp.PathTo("one"), seed: 1);
        Two = TinyModel.WriteAdapter(Temp.PathTo("two"), seed: 2, config: c => c["use_rslora"] = true);
    }

    public TempFolder Temp { get; } = new();

    /// <summary>The folder of a LoRA of rank 4.</summary>
    public string One { get; }

    /// <summary>The folder of an rsLoRA of rank 4.</summary>
    public string Two { get; }

    public CombinationReceipt Combine(string name, MethodOptions options, string output, params WeightedAdapter[] adapters) => Combine(name, options, output, 2, adapters);

    public CombinationReceipt Combine(string name, MethodOptions options, string output, int threads, params WeightedAdapter[] adapters) =>
        Combiner.Combine(Request(name, options, output, threads, adapters));

    public CombineRequest Request(string name, MethodOptions options, string output, int threads, params WeightedAdapter[] adapters) =>
        new() { Adapters = adapters, Method = CombineMethods.Create(name, options), Output = Temp.PathTo(output), Threads = threads, Version = "test" };

    public void AssertNothingWritten() =>
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(Temp.Path), path => Path.GetFileName(path).StartsWith("out", StringComparison.Ordinal));

    public void Dispose() => Temp.Dispose();
}
