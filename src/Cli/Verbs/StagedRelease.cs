using Loragate.Artifacts.Folders;

namespace Loragate.Cli.Verbs;

/// <summary>A copy of a release in a folder for its user alone: what was verified is what is published, whatever happens to the original meanwhile.</summary>
internal sealed class StagedRelease : IDisposable
{
    private readonly DirectoryInfo _stage;

    private StagedRelease(DirectoryInfo stage) => _stage = stage;

    public string Folder => _stage.FullName;

    /// <exception cref="FolderException">The release is no folder of plain files.</exception>
    public static StagedRelease Copy(string release, CancellationToken cancellationToken)
    {
        var files = FolderManifest.List(release);
        var staged = new StagedRelease(Directory.CreateTempSubdirectory("loragate-publish-"));
        try
        {
            FolderCopy.Make(release, files, staged.Folder, cancellationToken);
            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    public void Dispose() => _stage.Delete(recursive: true);
}
