using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.Cli.Gate;

public sealed class InterruptionTests
{
    [Fact]
    public void Ctrl_C_in_a_merge_leaves_nothing()
    {
        using var temp = new TempFolder();
        var output = temp.PathTo("merged");
        using var run = Executable.Start("merge", "--base", LargeBase(temp), "--adapter", Executable.Adapter("routing-good"), "--output", output);
        run.WaitFor(output + ".partial");
        run.Interrupt();
        var result = run.Wait();
        Assert.True(result.ExitCode == 130, result.Error);
        Assert.Contains("Interrupted", result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(output));
        Assert.Empty(Files.HalfWritten(temp.Path));
    }

    [Fact]
    public void Ctrl_C_in_a_gate_leaves_nothing_half_written_and_the_gate_goes_on_later()
    {
        using var gate = new SampleGate();
        using (var run = Executable.Start(gate.Arguments()))
        {
            run.WaitFor(Path.Combine(gate.Dossier, "evaluations", "base", "facts.json"));
            run.Interrupt();
            var result = run.Wait();
            Assert.True(result.ExitCode == 130, result.Error);
        }
        Assert.Empty(Files.HalfWritten(gate.Temp.Path));
        Assert.False(File.Exists(Path.Combine(gate.Dossier, "decision.json")));
        Assert.Contains("Merged already", Executable.Must(gate.Arguments()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_gate_on_the_same_dossier_is_refused_and_the_first_is_not_disturbed()
    {
        using var gate = new SampleGate();
        using var first = Executable.Start(gate.Arguments());
        first.WaitFor(Path.Combine(gate.Dossier, "merge-receipt.json"));
        var second = Executable.Run(gate.Arguments());
        Assert.Equal(4, second.ExitCode);
        Assert.Contains("another process works on this dossier", second.Error, StringComparison.Ordinal);
        var result = first.Wait();
        Assert.True(result.ExitCode == 0, result.Error);
    }

    /// <summary>The sample's base and a tensor of 512 MiB, so that a merge lasts long enough to be interrupted.</summary>
    private static string LargeBase(TempFolder temp)
    {
        var folder = temp.Copy(Executable.Base, "base");
        var weights = Path.Combine(folder, "model.safetensors");
        using (var source = SafetensorsFile.Open(Path.Combine(Executable.Base, "model.safetensors")))
        {
            File.Delete(weights);
            using var writer = SafetensorsWriter.Create(
                weights, [.. source.Header.Tensors.Select(t => new TensorPlan(t.Name, t.DType, t.Shape)), new TensorPlan("ballast.weight", DType.BF16, [16384, 16384])], source.Header.Metadata);
            foreach (var tensor in source.Header.Tensors)
                writer.Write(tensor.Name, 0, source.ReadAll(tensor));
        }
        return folder;
    }
}
