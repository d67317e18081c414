namespace Loragate.Artifacts.Records.Inspecting;

/// <summary>What an adapter is, before anything is done with it.</summary>
/// <param name="Engine">The inspector.</param>
/// <param name="Adapter">The adapter.</param>
/// <param name="Base">The base it was held against, if one was given.</param>
/// <param name="PeftType">The adapter's <c>peft_type</c>, "LORA".</param>
/// <param name="DeclaredBase">What the adapter says it was made for.</param>
/// <param name="Findings">All findings, in the order of their severity, id and place.</param>
/// <param name="Modules">The updates, by module path.</param>
public sealed record Inspection(
    EngineInfo Engine,
    AdapterIdentity Adapter,
    BaseIdentity? Base,
    string PeftType,
    string? DeclaredBase,
    IReadOnlyList<Finding> Findings,
    IReadOnlyList<ModuleStatistics> Modules) : Record
{
    /// <summary>The schema of these records.</summary>
    public const string SchemaName = "loragate.inspection/1";

    /// <inheritdoc/>
    public override string Schema => SchemaName;

    /// <summary>True of a LoRA that is a DoRA, whose <c>peft_type</c> is the same; null of any other.</summary>
    public bool? IsDora { get; init; }

    /// <summary>True of a LoRA that is an rsLoRA (alpha over the root of the rank), whose <c>peft_type</c> is the same; null of any other.</summary>
    public bool? IsRslora { get; init; }

    /// <summary>How the factors of experts lie in the adapter's file, where it has any that fit the base: "expert-fastest" or "expert-slowest".</summary>
    public string? ExpertLayout { get; init; }

    /// <summary>The licences of the adapter, of the base where one was given, and of the data sets that the model card names.</summary>
    public IReadOnlyList<Licence> Licences { get; init; } = [];

    /// <summary>What servers make of the adapter unmerged, by name.</summary>
    public IReadOnlyList<ServerSupport> Serving { get; init; } = [];
}
