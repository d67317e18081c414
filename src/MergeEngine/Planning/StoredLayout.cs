namespace Loragate.MergeEngine.Planning;

/// <summary>How a module's weight lies on disk.</summary>
public enum StoredLayout
{
    /// <summary>torch.nn.Linear: (out, in).</summary>
    Linear,

    /// <summary>transformers' Conv1D (GPT-2): (in, out).</summary>
    Conv1D,
}
