using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Testing;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>Holds the stand-in for PEFT's merge against what PEFT's merge left on record.</summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class PeftMergeTests(RealModel model)
{
    public static TheoryData<string> Adapters => [.. SharedFolder.Folders("reference").Where(name => File.Exists(SharedFolder.PathTo("reference", name, "merged.json")))];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Adapters))]
    public void Merged_tensors_are_PEFTs_but_for_the_last_bit_of_a_few_weights(string name)
    {
        Assert.SkipUnless(model.Fault is null, model.Fault ?? "");
        using var about = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("reference", name, "merged.json")));
        using var merged = Checkpoint.Open(model.FolderOf(name));
        var (equal, all) = (0, 0);
        foreach (var tensor in about.RootElement.GetProperty("changed_tensors").EnumerateObject())
        {
            var bytes = merged.Tensor(tensor.Name).ReadAll();
            all++;
            equal += Digest.Of(bytes).Hex == tensor.Value.GetProperty("sha256_bf16").GetString() ? 1 : 0;
            var squares = 0.0;
            for (var i = 0; i < bytes.Length; i += 2)
            {
                var value = (double)BitConverter.Int32BitsToSingle((bytes[i] | (bytes[i + 1] << 8)) << 16);
                squares += value * value;
            }

            // A flipped last bit of one weight in a thousand, in random directions, moves the norm of a tensor by less than a millionth.
            Assert.Equal(1, Math.Sqrt(squares) / tensor.Value.GetProperty("norm").GetDouble(), 1e-6);
        }
        Assert.NotEqual(0, all);
        TestContext.Current.TestOutputHelper?.WriteLine($"{equal} of {all} tensors bit for bit");
    }
}
