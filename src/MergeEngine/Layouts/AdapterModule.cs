using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Layouts;

/// <summary>The tensors that an adapter file has for one module.</summary>
/// <param name="Path">The module's path.</param>
/// <param name="Parts">The tensors by what they are.</param>
internal sealed record AdapterModule(string Path, IReadOnlyDictionary<AdapterPart, TensorInfo> Parts)
{
    /// <summary>The tensor of a part, or null.</summary>
    public TensorInfo? this[AdapterPart part] => Parts.GetValueOrDefault(part);

    /// <summary>Whether the module has any of these parts.</summary>
    public bool HasAny(params ReadOnlySpan<AdapterPart> parts)
    {
        foreach (var part in parts)
        {
            if (Parts.ContainsKey(part))
                return true;
        }
        return false;
    }
}
