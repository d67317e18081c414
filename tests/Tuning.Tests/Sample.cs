using Loragate.Artifacts.Checkpoints;
using Loragate.EvalHarness.Models;
using Loragate.MergeEngine;
using Loragate.Testing;
using static TorchSharp.torch;

namespace Loragate.Tuning;

/// <summary>The sample base.</summary>
internal static class Sample
{
    public static string Base { get; } = Repository.PathTo("samples", "base");

    public static IReadOnlyList<TensorDigest> Weights { get; } = WeightsOf(Base);

    public static LanguageModel Load(string folder, Precision precision)
    {
        using var checkpoint = Checkpoint.Open(folder);
        return LanguageModel.Load(checkpoint, precision, CPU, CancellationToken.None);
    }

    public static IReadOnlyList<TensorDigest> WeightsOf(string folder) => WeightsDigest.ComputeTensors(folder, threads: 1);
}
