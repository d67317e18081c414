namespace Loragate.Governance.Ledger;

/// <summary>A client that looks at the checkpoint again and again while others write.</summary>
internal sealed class CheckpointWatch : IDisposable
{
    private readonly List<SeenCheckpoint> _seen = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _task;

    public CheckpointWatch(TestLedger test) => _task = Task.Factory.StartNew(() => Watch(test), TaskCreationOptions.LongRunning);

    /// <summary>Every checkpoint that it saw, in the order of time.</summary>
    public IReadOnlyList<SeenCheckpoint> Stop()
    {
        _stop.Cancel();
        _task.GetAwaiter().GetResult();
        return _seen;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private void Watch(TestLedger test)
    {
        while (!_stop.IsCancellationRequested)
        {
            var seen = SeenCheckpoint.Read(Path.Combine(test.Ledger.Path, "checkpoint"), test.Log);
            if (_seen.LastOrDefault() != seen)
                _seen.Add(seen);
            Thread.Sleep(2);
        }
    }
}
