namespace Loragate.Governance.Policies;

/// <summary>Whether prompts go through a model's chat template.</summary>
public enum ChatForm
{
    /// <summary>Plain text.</summary>
    None,

    /// <summary>Examples and question in one turn of the user.</summary>
    SingleTurn,

    /// <summary>Examples as turns of their own.</summary>
    MultiTurn,
}
