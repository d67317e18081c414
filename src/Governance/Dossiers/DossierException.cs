using Loragate.Artifacts;

namespace Loragate.Governance.Dossiers;

/// <summary>A dossier folder that cannot be used: another run holds it, or it is none.</summary>
/// <param name="place">The folder or file.</param>
/// <param name="fault">What is wrong.</param>
/// <param name="advice">What to do.</param>
public sealed class DossierException(string place, string fault, string advice) : MalformedInputException(place, fault, advice);
