namespace Loragate.Artifacts.Folders;

/// <summary>Looks one level deeper where a folder is not what was meant: training runs keep their results in sub-folders.</summary>
internal static class Nested
{
    /// <summary>", but its folder 'NAME' has one" for the first sub-folder with such a file; empty where there is none.</summary>
    public static string Hint(string folder, string fileName) =>
        Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).FirstOrDefault(sub => File.Exists(Path.Combine(sub, fileName))) is { } found
            ? $", but its folder '{Path.GetFileName(found)}' has one"
            : "";
}
