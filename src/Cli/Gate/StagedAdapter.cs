using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Governance.Dossiers;

namespace Loragate.Cli.Gate;

/// <summary>
/// The gate's own copy of the adapter, in a folder that only its user can enter. What is inspected, merged, kept for undo and released is
/// this copy: whatever happens to the original while the gate runs, the bytes that were judged are the bytes that leave.
/// </summary>
internal sealed class StagedAdapter : IDisposable
{
    // A dossier clears what bears this suffix when it is opened, so a killed gate leaves no copy.
    private const string StageFolder = "adapter.partial";

    private readonly string _source;
    private readonly string _stage;
    private readonly Digest _digest;

    private StagedAdapter(string source, string stage, string folder, Digest digest) =>
        (_source, _stage, Folder, _digest) = (source, stage, folder, digest);

    /// <summary>The copy; named as the original is.</summary>
    public string Folder { get; }

    /// <summary>Copies an adapter; its identity is that of the copy.</summary>
    /// <exception cref="MalformedInputException">The original is no adapter.</exception>
    public static StagedAdapter Copy(string source, Dossier dossier, CancellationToken cancellationToken)
    {
        // Opened once where it lies, so that a fault is reported at a path that the user knows.
        using var original = PeftAdapter.Open(source, cancellationToken);
        var stage = dossier.PathTo(StageFolder);
        var folder = Path.Combine(stage, original.Identity.Name);
        if (Path.Exists(stage))
            throw new IntegrityException(stage, "somebody else made this folder while the gate ran: what is judged must be the gate's own copy");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(stage);
        else
            Directory.CreateDirectory(stage, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        try
        {
            FolderCopy.Make(source, original.Identity.Files.Select(file => file.Path), folder, cancellationToken);
            return new StagedAdapter(source, stage, folder, FolderManifest.Read(folder, cancellationToken).Digest);
        }
        catch
        {
            Directory.Delete(stage, recursive: true);
            throw;
        }
    }

    /// <summary>Proves that a record is about this copy.</summary>
    /// <exception cref="IntegrityException">It is about other bytes.</exception>
    public void Require(AdapterIdentity identity)
    {
        if (identity.Digest != _digest)
            throw Changed();
    }

    /// <summary>Proves that the copy still is what was copied.</summary>
    /// <exception cref="IntegrityException">It is not.</exception>
    public void Check(CancellationToken cancellationToken) => Require(Folder, cancellationToken);

    /// <summary>Proves that a further copy is the same.</summary>
    /// <exception cref="IntegrityException">It is not.</exception>
    public void Require(string folder, CancellationToken cancellationToken)
    {
        if (FolderManifest.Read(folder, cancellationToken).Digest != _digest)
            throw Changed();
    }

    /// <summary>Removes the copy: done before the dossier is sealed.</summary>
    public void Dispose()
    {
        if (Directory.Exists(_stage))
            Directory.Delete(_stage, recursive: true);
    }

    private IntegrityException Changed() => new(_source, "the gate's own copy of the adapter was changed while the gate ran: nothing was signed");
}
