namespace Loragate.Testing;

/// <summary>
/// Truth made by other implementations: the folder named by LORAGATE_SHARED, or "shared" beside the repository.
/// Tests that read it carry the trait Category=Shared and skip with <see cref="Absent"/> where it is not there.
/// </summary>
public static class SharedFolder
{
    /// <summary>The trait's name.</summary>
    public const string Category = "Category";

    /// <summary>The trait's value.</summary>
    public const string Name = "Shared";

    /// <summary>Why a test was skipped.</summary>
    public const string Absent = "The reference folder is not here: set LORAGATE_SHARED to it.";

    private static readonly string Root =
        Environment.GetEnvironmentVariable("LORAGATE_SHARED") is { Length: > 0 } set ? set : Path.Combine(Repository.Root, "..", "shared");

    /// <summary>Whether the folder is there.</summary>
    public static bool IsPresent => Directory.Exists(Root);

    /// <summary>A path in the folder.</summary>
    public static string PathTo(params string[] parts) => Path.GetFullPath(Path.Combine([Root, .. parts]));

    /// <summary>Names of the sub-folders of a folder, sorted; none where it is absent.</summary>
    public static IReadOnlyList<string> Folders(params string[] parts) =>
        Directory.Exists(PathTo(parts)) ? [.. new DirectoryInfo(PathTo(parts)).EnumerateDirectories().Select(d => d.Name).Order(StringComparer.Ordinal)] : [];

    /// <summary>Names of the files of a folder, sorted; none where it is absent.</summary>
    public static IReadOnlyList<string> Files(params string[] parts) =>
        Directory.Exists(PathTo(parts)) ? [.. new DirectoryInfo(PathTo(parts)).EnumerateFiles().Select(d => d.Name).Order(StringComparer.Ordinal)] : [];
}
