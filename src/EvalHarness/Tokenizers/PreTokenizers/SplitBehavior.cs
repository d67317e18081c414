namespace Loragate.EvalHarness.Tokenizers.PreTokenizers;

/// <summary>What becomes of a match that splits text.</summary>
internal enum SplitBehavior
{
    /// <summary>It is dropped.</summary>
    Removed,

    /// <summary>It is a piece of its own.</summary>
    Isolated,

    /// <summary>It ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>It begins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Adjacent matches make one piece.</summary>
    Contiguous,
}
