using Loragate.Artifacts.Records.Evaluating;

namespace Loragate.Governance.Statistics;

/// <summary>One item of a classification, as fairness by group looks at it.</summary>
/// <param name="Group">The group of the person that it is about.</param>
/// <param name="IsSelected">Whether the model chose the positive class.</param>
/// <param name="IsPositive">Whether the positive class is right; null where nothing is right or wrong.</param>
public readonly record struct GroupOutcome(string Group, bool IsSelected, bool? IsPositive)
{
    /// <summary>Whether an item's likeliest choice is the positive one; null where it has no such choice.</summary>
    /// <param name="item">The item.</param>
    /// <param name="positive">The index of the choice that selects.</param>
    public static bool? Selects(EvaluatedItem item, int positive)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.CountChoices() > positive ? item.LikeliestChoice() == positive : null;
    }
}
