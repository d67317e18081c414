namespace Loragate.Artifacts;

/// <summary>A digest, signature, proof or receipt that does not hold: the bytes are not the ones that were vouched for.</summary>
/// <param name="place">The file, tensor or record whose bytes differ.</param>
/// <param name="fault">Which promise is broken, with the expected and the found value.</param>
public sealed class IntegrityException(string place, string fault) : Exception($"{place}: {fault}")
{
    /// <summary>The file, tensor or record whose bytes differ.</summary>
    public string Place { get; } = place;

    /// <summary>Which promise is broken.</summary>
    public string Fault { get; } = fault;
}
