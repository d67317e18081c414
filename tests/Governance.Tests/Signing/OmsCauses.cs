namespace Loragate.Governance.Signing;

/// <summary>Which fault each refused case of vectors/oms/bundles is told as: a refusal for another reason than the planted one would be luck.</summary>
internal static class OmsCauses
{
    private static readonly Dictionary<string, SignatureFault[]> Table = new(StringComparer.Ordinal)
    {
    };

    /// <summary>The faults of a case.</summary>
    public static IReadOnlySet<SignatureFault> Of(string id) => Table.TryGetValue(id, out var faults) ? faults.ToHashSet() : new HashSet<SignatureFault>();
}
