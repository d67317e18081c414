using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Inspecting.Serving;

/// <summary>What one server does with one feature; docs/serving.md names the source.</summary>
/// <param name="Server">The server.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Outcome">Whether it refuses it, computes something else, or nobody knows.</param>
/// <param name="Reason">What happens, or the feature by name.</param>
/// <param name="IsLiftable">Whether a setting of the server lifts it, so that what else is met counts first.</param>
internal sealed record ServerRule(string Server, ServingFeature Feature, ServingOutcome Outcome, string Reason, bool IsLiftable = false);
