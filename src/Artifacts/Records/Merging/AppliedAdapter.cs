namespace Loragate.Artifacts.Records.Merging;

/// <summary>An adapter and the weight it was applied with.</summary>
/// <param name="Adapter">The adapter.</param>
/// <param name="Weight">The factor on its scale, 1 unless asked otherwise.</param>
public sealed record AppliedAdapter(AdapterIdentity Adapter, double Weight);
