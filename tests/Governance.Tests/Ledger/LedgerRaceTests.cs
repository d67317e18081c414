namespace Loragate.Governance.Ledger;

/// <summary>Real processes append to one ledger while they are killed at random moments.</summary>
public sealed class LedgerRaceTests
{
    private const int Writers = 8;
    private const int Seed = 20260115;

    [Fact]
    public void Eight_processes_append_and_are_killed_and_nothing_acknowledged_is_lost_and_nothing_doubled() => Race(entries: 60, kills: 10);

    [Fact]
    public void Eight_processes_append_five_hundred_entries_each_and_are_killed_fifty_times()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("LORAGATE_LONG") == "1", "Takes minutes: LORAGATE_LONG=1 runs it.");
        Race(entries: 500, kills: 50);
    }

    private static void Race(int entries, int kills)
    {
        using var test = new TestLedger();
        var writers = Enumerable.Range(0, Writers).Select(number => new WriterProcess(test, number, entries)).ToList();
        IReadOnlyList<SeenCheckpoint> watched;
        using (var watch = new CheckpointWatch(test))
        {
            KillAtRandom(writers, kills);
            foreach (var writer in writers)
                writer.RunToEnd();
            watched = watch.Stop();
        }

        var log = test.Ledger.ReadEntries(test.Log, TestContext.Current.CancellationToken).Select(entry => LedgerEntry.Parse(entry, "entry").Subjects[0].Name).ToList();
        Assert.Equal(Writers * entries, log.Count);
        Assert.Equal(Writers * entries, log.Distinct().Count());
        Assert.All(writers, writer => Assert.Equal(entries, writer.Acknowledged.Count));
        Assert.All(writers.SelectMany(writer => writer.Acknowledged), entry => Assert.Equal(entry.Name, log[(int)entry.Index]));

        // Each is a beginning of the last one, and they were seen in the order of their sizes: so each is consistent with the next.
        Assert.Equal(watched.OrderBy(seen => seen.Size), watched);
        var result = test.Verify([.. watched, .. writers.SelectMany(writer => writer.Acknowledged).Select(entry => entry.Checkpoint)]);
        Assert.True(result.IsValid, result.Fault?.ToString());
    }

    /// <summary>A writer is killed within a few milliseconds after it acknowledged something: most likely in the middle of the next append.</summary>
    private static void KillAtRandom(List<WriterProcess> writers, int kills)
    {
        var random = new Random(Seed);
        for (var killed = 0; killed < kills;)
        {
            var living = writers.Where(writer => !writer.HasEnded).ToList();
            Assert.NotEmpty(living);
            if (living[random.Next(living.Count)].KillAfterNextAcknowledgement(TimeSpan.FromMilliseconds(random.NextDouble() * 20)))
                killed++;
        }
    }
}
