using System.CommandLine;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Publication;

namespace Loragate.Cli.Verbs;

/// <summary>A release: its folder, or the dossier that it lies in.</summary>
internal static class ReleaseArgument
{
    public static Argument<string> Create(string what) => new("RELEASE|DOSSIER") { Description = $"{what}: its folder, or the dossier that it lies in." };

    /// <summary>The folder of the release.</summary>
    /// <exception cref="FolderException">No such folder.</exception>
    /// <exception cref="DossierException">The dossier of a gate that released nothing.</exception>
    public static string FolderOf(string named)
    {
        if (!Directory.Exists(named))
            throw new FolderException(named, "no such folder", "Give a release, or the dossier that it lies in.");
        var folder = PlaceIn(named);
        return Directory.Exists(folder)
            ? folder
            : throw new DossierException(named, "a dossier without a release", "Its gate released nothing: 'loragate gate' with the same --dossier tells why.");
    }

    /// <summary>Where a release lies, or would lie, in a folder.</summary>
    public static string PlaceIn(string folder) => Dossier.IsDossier(folder) ? Path.Combine(folder, DossierProofs.ReleaseFolder) : folder;
}
