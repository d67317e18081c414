namespace Loragate.Artifacts.Records.Measuring;

/// <summary>How fast one model answered, and what it took.</summary>
/// <param name="Form">How it was served.</param>
/// <param name="WeightsDigest">Its weights as in the merge receipt.</param>
/// <param name="AdapterDigest">The adapter that was live beside them; null where there was none.</param>
/// <param name="FirstTokenSeconds">From prompt to first token, the median over the repeats.</param>
/// <param name="SecondsPerToken">From one token to the next, the median over the repeats.</param>
/// <param name="MemoryBytes">What its weights and its adapter take in memory.</param>
public sealed record MeasuredModel(ModelForm Form, Digest WeightsDigest, Digest? AdapterDigest, double FirstTokenSeconds, double SecondsPerToken, long MemoryBytes);
