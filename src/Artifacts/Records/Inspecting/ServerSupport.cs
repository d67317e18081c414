namespace Loragate.Artifacts.Records.Inspecting;

/// <summary>How one server takes an adapter (docs/serving.md has the sources).</summary>
/// <param name="Server">The server: "vllm", "sglang", "llama.cpp", "tensorrt-llm".</param>
/// <param name="Outcome">What it does.</param>
/// <param name="Reasons">Each feature that it refuses; where it refuses none, each that it ignores; where it ignores none either, each of which nothing is known.</param>
public sealed record ServerSupport(string Server, ServingOutcome Outcome, IReadOnlyList<string> Reasons);
