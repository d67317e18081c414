using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
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
        var delta = Factor(adapter, $"{module}.lora_B.weight").matmul(Factor(adapter, $"{module}.lora_A.weight")).mul(adapter.Config.ScaleOf(module));
        var sum = weight.add(delta);
        if (adapter.Config.UseDora)
            sum = Factor(adapter, $"{module}.lora_magnitude_vector").div(linalg.norm(sum, 2.0, [1L])).view(-1, 1).mul(sum);
        return sum.to(TypeOf(tensor.Info.DType)).bytes.ToArray();
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
