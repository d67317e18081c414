using System.Text.Json.Serialization;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Undo;

/// <summary>A tensor of the side-car while it lies in a <see cref="ShardSideCar"/>.</summary>
/// <param name="Name">Its name in the side-car.</param>
/// <param name="Offset">Where it begins in the part.</param>
/// <param name="Length">Its bytes.</param>
internal sealed record SideCarPiece(string Name, long Offset, long Length)
{
    /// <summary>As it is planned in the side-car.</summary>
    [JsonIgnore]
    public TensorPlan Plan => Name.StartsWith(UndoFormat.Factors, StringComparison.Ordinal)
        ? new TensorPlan(Name, DType.F64, [Length / sizeof(double)])
        : new TensorPlan(Name, DType.U8, [Length]);
}
