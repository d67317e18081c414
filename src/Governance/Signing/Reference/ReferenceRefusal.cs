namespace Loragate.Governance.Signing.Reference;

/// <summary>Where the reference implementation would stop.</summary>
internal sealed class ReferenceRefusal(string why) : Exception(why);
