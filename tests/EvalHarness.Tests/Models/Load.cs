using Loragate.Artifacts.Checkpoints;
using Loragate.EvalHarness.Models;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Tests.Models;

internal static class Load
{
    public static LanguageModel Model(string folder, Precision precision = Precision.Float32)
    {
        using var checkpoint = Checkpoint.Open(folder);
        return LanguageModel.Load(checkpoint, precision, CPU, TestContext.Current.CancellationToken);
    }

    public static float[][] Logits(this LanguageModel model, params int[] tokens)
    {
        using var logits = model.Logits(tokens, TestContext.Current.CancellationToken);
        return [.. logits.data<float>().ToArray().Chunk(model.VocabularySize)];
    }
}
