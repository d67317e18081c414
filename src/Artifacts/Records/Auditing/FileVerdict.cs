namespace Loragate.Artifacts.Records.Auditing;

/// <summary>How a file beside the weights compares with the base's.</summary>
public enum FileVerdict
{
    /// <summary>The same bytes.</summary>
    Equal,

    /// <summary>Other bytes of JSON that says the same where both say anything.</summary>
    Equivalent,

    /// <summary>It says something else.</summary>
    Differs,

    /// <summary>The base has it, the merged checkpoint has not.</summary>
    Missing,

    /// <summary>The merged checkpoint alone has it, and it changes neither the model nor what a loader runs.</summary>
    Added,
}
