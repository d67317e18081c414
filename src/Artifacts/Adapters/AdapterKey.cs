namespace Loragate.Artifacts.Adapters;

/// <summary>The name of a tensor in an adapter file: <c>base_model.model.MODULE.lora_A.weight</c>.</summary>
/// <param name="Module">The module's path in the model's class.</param>
/// <param name="Part">What the tensor is.</param>
public readonly record struct AdapterKey(string Module, AdapterPart Part)
{
    /// <summary>The prefix that PEFT gives every key.</summary>
    public const string Prefix = "base_model.model.";

    /// <summary>Reads a tensor name; null where it has no prefix.</summary>
    public static AdapterKey? Parse(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var path = name[Prefix.Length..];
        return Strip(path, ".lora_A.weight", AdapterPart.LoraA)
            ?? Strip(path, ".lora_B.weight", AdapterPart.LoraB)
            ?? Strip(path, ".lora_magnitude_vector", AdapterPart.Magnitude)
            ?? Strip(path, ".lora_magnitude_vector.weight", AdapterPart.Magnitude)
            ?? new AdapterKey(path, AdapterPart.Other);
    }

    private static AdapterKey? Strip(string path, string suffix, AdapterPart part) =>
        path.EndsWith(suffix, StringComparison.Ordinal) ? new AdapterKey(path[..^suffix.Length], part) : null;
}
