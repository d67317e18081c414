namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>
/// Where answers come from that another program gave: which weights they are of is that program's word, nobody proved it. Everything else was checked: the requests
/// are the task's, byte for byte, and the scores follow from the answers.
/// </summary>
/// <param name="Model">The kind of engine that the run names ("hf", "vllm" …).</param>
/// <param name="ModelArguments">The model that the run names, as it does.</param>
/// <param name="ResultsDigest">SHA-256 of the results file.</param>
/// <param name="SamplesDigest">SHA-256 of the samples file.</param>
public sealed record ImportedRun(string Model, string ModelArguments, Digest ResultsDigest, Digest SamplesDigest);
