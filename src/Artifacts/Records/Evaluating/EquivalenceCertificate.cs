namespace Loragate.Artifacts.Records.Evaluating;

/// <summary>Whether a merged model answers as its base does with the adapter live beside it, on the same items.</summary>
/// <param name="Engine">The evaluation engine, precision and device of both.</param>
/// <param name="Attached">The base with the adapter.</param>
/// <param name="Merged">The merged model.</param>
/// <param name="Equivalent">Whether it is shown for every task.</param>
/// <param name="Tasks">The tasks in the order in which they were given.</param>
public sealed record EquivalenceCertificate(EngineInfo Engine, EvaluatedModel Attached, EvaluatedModel Merged, bool Equivalent, IReadOnlyList<EquivalentTask> Tasks) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.equivalence/1";
}
