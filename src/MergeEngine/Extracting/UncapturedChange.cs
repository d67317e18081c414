namespace Loragate.MergeEngine.Extracting;

/// <summary>What becomes of tensors that changed and that no low-rank update holds: norms, biases, embeddings.</summary>
public enum UncapturedChange
{
    /// <summary>They are named in the receipt and left out of the adapter.</summary>
    List,

    /// <summary>Their modules are replaced whole (modules_to_save).</summary>
    Save,

    /// <summary>The extraction is refused.</summary>
    Refuse,
}
