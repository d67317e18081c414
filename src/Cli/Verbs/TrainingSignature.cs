using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;

namespace Loragate.Cli.Verbs;

/// <summary>The trainer's signature over where a folder comes from. It lies beside the folder, whose own bytes follow from the inputs alone.</summary>
internal static class TrainingSignature
{
    /// <summary>NAME.training.sigstore.json beside the folder NAME.</summary>
    public static string Beside(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + ".training.sigstore.json";

    /// <summary>Refuses a place where a signature lies already: it would be taken away.</summary>
    /// <exception cref="FolderException">One lies there.</exception>
    public static void RequireFree(string path)
    {
        if (Path.Exists(path))
            throw new FolderException(path, "a signature over a training lies here already", "Move it away, or name another place.");
    }

    /// <summary>Signs what the training receipt in a folder says, once the files there are found to be the receipt's.</summary>
    /// <returns>The receipt, and the bundle that was written.</returns>
    /// <exception cref="FolderException">No receipt, or other files than it names; or a signature over something else lies there.</exception>
    public static (TrainingReceipt Receipt, byte[] Bundle) Sign(string folder, string path, Signer signer, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, TrainingReceipt.FileName);
        if (!File.Exists(file))
            throw new FolderException(folder, $"no {TrainingReceipt.FileName}", "Give a folder that 'loragate train' made.");
        var receipt = Record.ReadFile<TrainingReceipt>(file);
        if (!FolderManifest.Read(folder, cancellationToken).Files.Where(entry => entry.Path != TrainingReceipt.FileName).SequenceEqual(receipt.Files))
            throw new IntegrityException(file, "the files beside it are not the ones that were trained: nothing is signed");
        var earlier = File.Exists(path) ? PlainFile.Read(path, SigstoreBundle.MaxBytes) : null;
        var bundle = Attestation.SignOrKeep(TrainingProvenance.Of(receipt), signer, earlier);
        if (ReferenceEquals(bundle, earlier))
            return (receipt, bundle);
        RequireFree(path);
        AtomicFile.Write(path, bundle);
        return (receipt, bundle);
    }
}
