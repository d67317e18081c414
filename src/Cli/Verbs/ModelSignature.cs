namespace Loragate.Cli.Verbs;

/// <summary>Where a folder's signature lies.</summary>
internal static class ModelSignature
{
    public const string FileName = "model.sig";

    /// <summary>Beside the folder: inside it, it would be an unsigned file to other verifiers.</summary>
    public static string Beside(string folder) => Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) ?? folder, FileName);
}
