namespace Loragate.Governance.Ledger;

/// <summary>One writer at a time, among all processes of a host: an exclusively opened file, freed by the system when its holder dies.</summary>
internal static class LedgerLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <exception cref="TimeoutException">Another writer kept the lock too long.</exception>
    public static FileStream Acquire(string path, TimeSpan timeout, CancellationToken cancellationToken)
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
                    throw new TimeoutException($"{path}: another writer holds the ledger. Wait for it, or find the process that hangs.", e);
            }
            cancellationToken.WaitHandle.WaitOne(Pause);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
