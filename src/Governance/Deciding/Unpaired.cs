namespace Loragate.Governance.Deciding;

/// <summary>Why scores of two models cannot be held against each other item by item.</summary>
internal enum Unpaired
{
    /// <summary>The other model was not scored on the task.</summary>
    NotScored,

    /// <summary>It was, and its scores are not at hand.</summary>
    ScoresMissing,

    /// <summary>It was scored with another task file.</summary>
    OtherTask,

    /// <summary>It was scored on other data.</summary>
    OtherData,

    /// <summary>It was scored with other prompts (chat, system).</summary>
    OtherPrompts,

    /// <summary>It was scored on other items of the data.</summary>
    OtherItems,

    /// <summary>The items lack a column or a usable value of the metric.</summary>
    NoValues,

    /// <summary>Too few clusters, or values that do not vary, leave the uncertainty unknown.</summary>
    NoBounds,
}
