namespace Loragate.EvalHarness.Journals;

/// <summary>Signs the answers that are kept, so that whoever can write to the journal cannot plant one.</summary>
/// <param name="Sign">The signature of bytes; calls come one at a time.</param>
/// <param name="Verify">Whether a signature of bytes is one's own.</param>
public sealed record JournalSeal(Func<byte[], byte[]> Sign, Func<byte[], byte[], bool> Verify);
