namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>
/// What base and adapter say of fixed token sequences, computed here: by it another server shows that it serves this base, and that it really applies
/// this adapter, the whole of it.
/// </summary>
/// <param name="Engine">The evaluation engine, precision and device.</param>
/// <param name="Model">Base and adapter by content.</param>
/// <param name="Items">The sequences.</param>
public sealed record AdapterProbe(EngineInfo Engine, EvaluatedModel Model, IReadOnlyList<ProbeItem> Items) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.adapter-probe/1";
}
