namespace Loragate.Artifacts.Records;

/// <summary>A base model by its header: cheap to compute, enough to tell models of different shape apart.</summary>
/// <param name="Name">The folder's name, for people.</param>
/// <param name="ModelType">The <c>model_type</c> of the config.</param>
/// <param name="ConfigDigest">SHA-256 of <c>config.json</c>.</param>
/// <param name="LayoutDigest">SHA-256 over the canonical JSON of every tensor's name, type and shape.</param>
public sealed record BaseIdentity(string Name, string ModelType, Digest ConfigDigest, Digest LayoutDigest);
