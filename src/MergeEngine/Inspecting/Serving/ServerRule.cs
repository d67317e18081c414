using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Inspecting.Serving;

/// <summary>What one server does with one feature; docs/serving.md names the source.</summary>
/// <param name="Server">The server.</param>
/// <param name="Feature">The feature.</param>
/// <param name="Outcome">Whether it refuses it or computes something else.</param>
/// <param name="Reason">What happens.</param>
internal sealed record ServerRule(string Server, ServingFeature Feature, ServingOutcome Outcome, string Reason);
