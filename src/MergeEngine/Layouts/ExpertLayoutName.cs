namespace Loragate.MergeEngine.Layouts;

/// <summary>The names of the layouts in receipts and on the command line.</summary>
public static class ExpertLayoutName
{
    /// <summary>The name of a layout.</summary>
    public static string Of(ExpertLayout layout) => layout == ExpertLayout.ExpertFastest ? "expert-fastest" : "expert-slowest";

    /// <summary>The layout of a name; null for none, or for an unknown one.</summary>
    public static ExpertLayout? Parse(string? name) => name switch
    {
        "expert-fastest" => ExpertLayout.ExpertFastest,
        "expert-slowest" => ExpertLayout.ExpertSlowest,
        _ => null,
    };
}
