namespace Loragate.Artifacts.Records.Merging;

/// <summary>What a merge would do and take, told from headers and configs alone.</summary>
/// <param name="Tensors">Tensors of the output.</param>
/// <param name="Changed">Those that the merge would change or add, by name.</param>
/// <param name="BytesRead">Bytes of base weights that would be read; a tensor whose columns are normed is read twice.</param>
/// <param name="BytesWritten">Bytes of merged weights, side-car and copies of the adapters.</param>
/// <param name="SideCarBytes">An estimate of the side-car: what is known exactly, and <see cref="UndoBitsPerWeight"/> for each updated weight that keeps its width; null without undo.</param>
/// <param name="MemoryBytes">An estimate of the process's main memory at its peak: the runtime, factors and blocks.</param>
public sealed record MergeForecast(
    int Tensors, IReadOnlyList<ForecastTensor> Changed, long BytesRead, long BytesWritten, long? SideCarBytes, long MemoryBytes) : Record
{
    /// <summary>
    /// Bits of side-car that an updated weight is given: the most that was measured on real adapters and bfloat16 bases, 0.23 of an update that is 11 % of
    /// its weights (Frobenius norms), rounded up. It grows with the update, whose size no header tells: 0.045 at 1.4 %, 0.075 at 2.8 %, 0.44 in the sample, whose updates are large beside its small weights.
    /// </summary>
    public const double UndoBitsPerWeight = 0.25;

    /// <summary>An estimate of what tensors take on a device that has memory of its own; null on the processor.</summary>
    public long? DeviceBytes { get; init; }

    /// <summary>How long it may take; null on a device whose speed nobody measured.</summary>
    public ForecastTime? Time { get; init; }

    /// <summary>Bytes that are free where the output would lie; null where the system does not say.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>Whether the output fits; null where it is not known.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool? Fits => FreeBytes is { } free ? free >= BytesWritten : null;

    /// <inheritdoc/>
    public override string Schema => "loragate.merge-forecast/1";
}
