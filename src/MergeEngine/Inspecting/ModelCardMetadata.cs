namespace Loragate.MergeEngine.Inspecting;

/// <summary>What the model card of a folder (README.md) says in its front matter, in the Hugging Face Hub's keys.</summary>
internal sealed class ModelCardMetadata
{
    /// <summary>The card's name in a folder.</summary>
    public const string FileName = "README.md";

    /// <summary>The key of a base's weights digest; no tool but loragate knows it.</summary>
    public const string DigestKey = "base_model_digest";

    private readonly FrontMatter _matter;

    private ModelCardMetadata(string folder) =>
        _matter = FrontMatter.Read(Path.Combine(folder, FileName), ["license", "license_name", "base_model", "datasets", DigestKey]);

    /// <summary>The licence's identifier, in lower case: <c>license_name</c> where <c>license</c> is "other".</summary>
    public string? Licence => (First("license"), First("license_name")) switch
    {
        ("other", { } name) => name.ToLowerInvariant(),
        (var id, _) => id?.ToLowerInvariant(),
    };

    /// <summary>The bases that the card names.</summary>
    public IReadOnlyList<string> Bases => _matter.Values("base_model");

    /// <summary>The data sets that the card names.</summary>
    public IReadOnlyList<string> Datasets => _matter.Values("datasets");

    /// <summary>The weights digest of the base.</summary>
    public string? BaseDigest => First(DigestKey);

    /// <summary>Why the card could not be read, or null.</summary>
    public string? Fault => _matter.Fault;

    /// <summary>Reads the card of a folder; without one everything is empty.</summary>
    public static ModelCardMetadata Read(string folder) => new(folder);

    private string? First(string key) => _matter.Values(key) is [var first, ..] ? first : null;
}
