namespace Loragate.Artifacts.Records.Merging;

/// <summary>An adapter and the weight it was applied with.</summary>
/// <param name="Adapter">The adapter.</param>
/// <param name="Weight">The factor on its scale, 1 unless asked otherwise.</param>
public sealed record AppliedAdapter(AdapterIdentity Adapter, double Weight)
{
    /// <summary>Every tensor of the adapter file, by name, and what it was used for; null in receipts of merges that did not record it.</summary>
    public IReadOnlyList<UsedTensor>? Tensors { get; init; }

    /// <summary>How the factors of experts lie in the file, where there are any: "expert-fastest" or "expert-slowest".</summary>
    public string? ExpertLayout { get; init; }

    /// <summary>True where the base is, by the word of whoever merged, the one that the adapter's initialisation left (PiSSA, OLoRA …); null elsewhere.</summary>
    public bool? ResidualBase { get; init; }
}
