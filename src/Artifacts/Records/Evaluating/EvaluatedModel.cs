namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>The model that was scored, by content.</summary>
/// <param name="WeightsDigest">The weights as in the merge receipt.</param>
/// <param name="ConfigDigest">SHA-256 of <c>config.json</c>.</param>
/// <param name="TokenizerDigest">SHA-256 of the canonical JSON of file name → SHA-256 of <c>tokenizer.json</c>, <c>tokenizer_config.json</c> and <c>generation_config.json</c>, those that are there.</param>
/// <param name="AdapterDigest">The adapter that was live beside the weights; null where there was none, as in merged models.</param>
public sealed record EvaluatedModel(Digest WeightsDigest, Digest ConfigDigest, Digest TokenizerDigest, Digest? AdapterDigest = null);
