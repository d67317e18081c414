using System.Text.Json.Serialization;

namespace Loragate.Artifacts.Records.Measuring;

/// <summary>
/// Latency, throughput and memory of models on one machine. Unlike other records it says what a machine did on a day: made again, it differs. No rule reads it.
/// </summary>
/// <param name="Engine">The evaluation engine, precision and device of all.</param>
/// <param name="Processors">Processors of the machine.</param>
/// <param name="PromptTokens">Tokens in the prompt.</param>
/// <param name="NewTokens">Tokens that were generated.</param>
/// <param name="Repeats">Runs that the medians are over.</param>
/// <param name="Models">The models, the base first.</param>
public sealed record Measurement(EngineInfo Engine, int Processors, int PromptTokens, int NewTokens, int Repeats, IReadOnlyList<MeasuredModel> Models) : Record
{
    /// <inheritdoc/>
    public override string Schema => "loragate.measurement/1";

    /// <summary>Whether the models computed in the type that their weights are stored in, and not in float32.</summary>
    [JsonIgnore]
    public bool IsInStoredType => Engine.Procedure.StartsWith("stored/", StringComparison.Ordinal);
}
