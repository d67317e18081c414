namespace Loragate.Cli.Verbs;

/// <summary>A folder for its user alone, which goes when the work ends.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loragate-");

    public string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
