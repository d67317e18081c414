namespace Loragate.Governance.Trials;

/// <summary>What the trials say of low-rank updates (LoRA, DoRA).</summary>
public enum LowRankFinding
{
    /// <summary>One of them is recommended.</summary>
    Chosen,

    /// <summary>Each that was run to its end is shown to do worse at the task than what is recommended: they are not the answer, at the ranks and rates that were tried.</summary>
    NotTheAnswer,

    /// <summary>They are neither shown to do as well, within the margin, nor shown to do worse; or not shown to be sound.</summary>
    Undecided,

    /// <summary>None was run to its end.</summary>
    NotTried,
}
