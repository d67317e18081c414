using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>What a verifier has noted so far.</summary>
internal sealed class VerificationNotes
{
    /// <summary>Everything that does not hold.</summary>
    public List<VerificationFinding> Findings { get; } = [];

    /// <summary>What was proved, in sentences.</summary>
    public List<string> Proved { get; } = [];

    /// <summary>What could not be tried, in sentences.</summary>
    public List<string> NotProved { get; } = [];

    /// <summary>Notes what does not hold.</summary>
    public void Refuse(SignatureFault fault, string place, string message) => Findings.Add(new VerificationFinding(fault, place, message));

    /// <summary>Checks something; that it cannot be read to its end is a finding.</summary>
    public void Try(Action check)
    {
        try
        {
            check();
        }
        catch (IntegrityException e)
        {
            Refuse(SignatureFault.ChangedFile, e.Place, e.Fault);
        }
        catch (MalformedInputException e)
        {
            Refuse(SignatureFault.ChangedFile, e.Place, e.Fault);
        }
    }

    /// <summary>What all of it comes to: nothing is proved where something does not hold.</summary>
    /// <param name="decision">The decision inside; null where it could not be read.</param>
    public EvidenceVerification ToResult(Decision? decision) => new(Findings, decision, Findings.Count == 0 ? Proved : [], NotProved);
}
