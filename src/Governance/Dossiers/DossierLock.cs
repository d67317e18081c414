namespace Loragate.Governance.Dossiers;

/// <summary>One process at a time works on a dossier: an exclusively opened file, freed by the system when its holder dies.</summary>
public static class DossierLock
{
    internal const string FileName = ".lock";

    /// <summary>Takes the lock.</summary>
    /// <exception cref="DossierException">Another process has it.</exception>
    public static FileStream Acquire(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            return new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException)
        {
            throw new DossierException(folder, "another process works on this dossier", "Wait for it, or name another folder.");
        }
    }
}
