namespace Loragate.Governance.Statistics;

/// <summary>One item of a classification, as fairness by group looks at it.</summary>
/// <param name="Group">The group of the person that it is about.</param>
/// <param name="IsSelected">Whether the model chose the positive class.</param>
/// <param name="IsPositive">Whether the positive class is right; null where nothing is right or wrong.</param>
public readonly record struct GroupOutcome(string Group, bool IsSelected, bool? IsPositive);
