using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// W' = the adapter's own tensor: modules_to_save (PEFT utils/other.py, ModulesToSaveWrapper), the biases that bias="all" or "lora_only"
/// trained (PEFT lora/model.py, _mark_only_adapters_as_trainable), and layers that were tuned whole (<see cref="TunedLayer"/>). Unmerge takes the original from the side-car.
/// </summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">The tensor that is replaced.</param>
/// <param name="Values">What replaces it.</param>
public sealed record ReplacedTensor(string Module, TensorPlan Target, TensorInfo Values) : Delta(Module, Target, [Values])
{
    /// <inheritdoc/>
    public override string Kind => "replaced";

    /// <inheritdoc/>
    public override bool IsExclusive => true;

    /// <inheritdoc/>
    internal override MatrixView View => MatrixView.InRows(Target.Shape);
}
