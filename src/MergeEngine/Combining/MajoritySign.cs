namespace Loragate.MergeEngine.Combining;

/// <summary>How TIES elects the sign of an element (Yadav et al. 2023, §4). A tie, an empty vote included, elects plus.</summary>
public enum MajoritySign
{
    /// <summary>By the sum of the values: large values count more.</summary>
    Total,

    /// <summary>By the number of values of each sign.</summary>
    Frequency,
}
