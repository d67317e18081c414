namespace Loragate.Artifacts.Folders;

/// <summary>One writer at a time of a folder that several add to, among all processes of a host: an exclusively opened file, freed by the system when its holder dies. Others wait.</summary>
public static class WriterLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Takes the lock.</summary>
    /// <param name="path">Its file, which stays.</param>
    /// <param name="what">What it is held of: "the ledger".</param>
    /// <param name="timeout">How long to wait for other writers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">Another writer kept the lock too long.</exception>
    public static FileStream Acquire(string path, string what, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            }
            catch (IOException e) when (e.GetType() == typeof(IOException))
            {
                if (waited >= timeout)
                    throw new TimeoutException($"{path}: another writer holds {what}. Wait for it, or find the process that hangs.", e);
            }
            cancellationToken.WaitHandle.WaitOne(Pause);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
