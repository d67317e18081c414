namespace Loragate.Artifacts.Records.Inspecting;

/// <summary>A licence as it is recorded somewhere; nobody read it.</summary>
/// <param name="Subject">What it is of: "adapter", "base" or "dataset".</param>
/// <param name="Name">The adapter, base or data set.</param>
/// <param name="Id">The identifier as written in a model card ("apache-2.0"), null where none is recorded.</param>
/// <param name="Source">Where it is recorded: a file, an option; empty where it is not.</param>
public sealed record Licence(string Subject, string Name, string? Id, string Source);
