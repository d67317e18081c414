using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Evaluating;

/// <summary>
/// Merges as the reference scores' models were made: by PEFT's formula in float32 with Torch's own matrix product, rounded once to the
/// base's type. So the scores compare evaluation engines alone; the canonical merge differs from this one in the last bit of a few weights.
/// </summary>
internal static class PeftMerge
{
    public static string Write(string baseFolder, string adapterFolder, string target)
    {
        Directory.CreateDirectory(target);
        using var checkpoint = Checkpoint.Open(baseFolder);
        using var adapter = PeftAdapter.Open(adapterFolder);
        foreach (var name in checkpoint.SideFiles())
            File.Copy(Path.Combine(baseFolder, name), Path.Combine(target, name));
        var plans = checkpoint.Tensors.Values.Select(t => new TensorPlan(t.Name, t.Info.DType, t.Info.Shape));
        using var writer = SafetensorsWriter.Create(Path.Combine(target, Checkpoint.SingleFile), plans, new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var tensor in checkpoint.Tensors.Values)
        {
            var module = tensor.Name[..^".weight".Length];
            var isTarget = adapter.Weights.Find($"{AdapterKey.Prefix}{module}.lora_A.weight") is not null;
            writer.Write(tensor.Name, 0, isTarget ? Merge(tensor, module, adapter) : tensor.ReadAll());
        }
        return target;
    }

    private static byte[] Merge(CheckpointTensor tensor, string module, PeftAdapter adapter)
    {
        using var scope = NewDisposeScope();
        var weight = Read(tensor.ReadAll(), tensor.Info).to(ScalarType.Float32);
        using var scale = adapter.Config.ScaleOf(module).ToScalar();
        var delta = Factor(adapter, $"{module}.lora_B.weight").matmul(Factor(adapter, $"{module}.lora_A.weight")).mul(scale);
        var sum = weight.Plus(delta);
        if (adapter.Config.UseDora)
            sum = Factor(adapter, $"{module}.lora_magnitude_vector").div(Norms(sum)).view(-1, 1).mul(sum);
        return sum.to(TypeOf(tensor.Info.DType)).bytes.ToArray();
    }

    /// <summary>
    /// Torch's row norm in the order of its portable kernel, by which the reference was made: eight lanes of float32, nothing fused, then
    /// the lanes in order. Its wider kernels add in another order, and the last bit of a few weights in a thousand follows.
    /// </summary>
    private static Tensor Norms(Tensor matrix)
    {
        var (rows, columns) = ((int)matrix.shape[0], (int)matrix.shape[1]);
        var values = matrix.contiguous().data<float>().ToArray();
        var norms = new float[rows];
        Span<float> lanes = stackalloc float[8];
        for (var row = 0; row < rows; row++)
        {
            lanes.Clear();
            for (var column = 0; column < columns; column++)
            {
                var square = values[(row * columns) + column] * values[(row * columns) + column];
                lanes[column % 8] += square;
            }
            var total = lanes[0];
            for (var lane = 1; lane < 8; lane++)
                total += lanes[lane];
            norms[row] = MathF.Sqrt(total);
        }
        return tensor(norms);
    }

    private static Tensor Factor(PeftAdapter adapter, string name)
    {
        var info = adapter.Weights.Find(AdapterKey.Prefix + name)!;
        return Read(adapter.Weights.ReadAll(info), info).to(ScalarType.Float32);
    }

    private static Tensor Read(byte[] bytes, TensorInfo info)
    {
        var tensor = empty([.. info.Shape], TypeOf(info.DType));
        tensor.bytes = bytes;
        return tensor;
    }

    private static ScalarType TypeOf(DType type) => type switch
    {
        DType.F32 => ScalarType.Float32,
        DType.F16 => ScalarType.Float16,
        _ => ScalarType.BFloat16,
    };
}
