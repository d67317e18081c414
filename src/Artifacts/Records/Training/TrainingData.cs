namespace Loragate.Artifacts.Records.Training;

/// <summary>A file of training or validation data by content.</summary>
/// <param name="Name">The file's name, for people.</param>
/// <param name="Sha256">SHA-256 of its bytes.</param>
/// <param name="Rows">How many rows it has.</param>
public sealed record TrainingData(string Name, Digest Sha256, int Rows);
