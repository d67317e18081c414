namespace Loragate.Artifacts.Records.Auditing;

/// <summary>One tensor of an audit.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Verdict">How it came about.</param>
public sealed record AuditedTensor(string Name, TensorVerdict Verdict)
{
    /// <summary>What the adapters do to it: "lora", "dora" …; null where nothing.</summary>
    public string? Delta { get; init; }

    /// <summary>SHA-256 of the merged checkpoint's bytes; null where it has none.</summary>
    public Digest? Sha256 { get; init; }

    /// <summary>Weights; null where the tensor was not looked into weight by weight.</summary>
    public long? Elements { get; init; }

    /// <summary>Weights that are not the canonical merge's.</summary>
    public long? Differing { get; init; }

    /// <summary>Weights more than one unit in the last place from the canonical merge.</summary>
    public long? Beyond { get; init; }

    /// <summary>ŝ: the least-squares factor between the observed and the expected update, 1 for a right merge; null where no weight tells.</summary>
    public double? Scale { get; init; }

    /// <summary>Of the weights that the adapter or somebody changed, the share that the update at ŝ explains.</summary>
    public double? Explained { get; init; }

    /// <summary>The largest slack of float32 arithmetic in its bound's share: over 1 the adapter's factors cancel so far that not all of it is granted. Null where nothing was looked into weight by weight.</summary>
    public double? Slack { get; init; }

    /// <summary>False where the merge gives a weight that is not finite, whatever the verdict; null else.</summary>
    public bool? Finite { get; init; }
}
