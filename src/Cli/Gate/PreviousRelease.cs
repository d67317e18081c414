using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Gate;

/// <summary>How the release before was judged.</summary>
/// <param name="Decision">The decision.</param>
/// <param name="Verdict">The signed verdict on it, after it was found to be by somebody whom the gate trusts; null where nobody's signature proves the decision.</param>
internal sealed record PreviousRelease(Decision Decision, byte[]? Verdict)
{
    /// <summary>Reads a dossier's decision and holds it against its signed verdict.</summary>
    /// <param name="folder">The dossier of the release before.</param>
    /// <param name="trustOf">Whom to trust to have signed the verdict on a decision; null for nobody, and then nothing is proved.</param>
    /// <param name="say">Is told where nothing proves the decision.</param>
    /// <exception cref="DossierException">No dossier of a gate that ended.</exception>
    /// <exception cref="IntegrityException">The verdict does not hold, or is about another decision.</exception>
    public static PreviousRelease Read(string folder, Func<Digest, SignerTrust>? trustOf, Action<string> say)
    {
        var path = Path.Combine(folder, Dossier.DecisionFile);
        if (!File.Exists(path))
            throw new DossierException(folder, $"no {Dossier.DecisionFile}", "Give --previous the dossier of a gate that ended.");
        var decision = Record.ReadFile<Decision>(path);
        var verdict = Path.Combine(folder, DossierProofs.VerdictFile);
        var bytes = File.Exists(verdict) ? PlainFile.Read(verdict, SigstoreBundle.MaxBytes) : null;
        var fault = bytes is null ? "nobody signed it" : trustOf is null ? "this gate has no key to check its signature by" : Fault(bytes, trustOf(decision.ComputeDigest()), decision, verdict);
        if (fault is not null)
            say($"Note: the decision on the release before, in {folder}, is taken without proof, and the report says so: {fault}.");
        return new PreviousRelease(decision, fault is null ? bytes : null);
    }

    /// <summary>Why nobody whom the gate trusts signed the verdict; null where somebody did.</summary>
    private static string? Fault(byte[] verdict, SignerTrust trust, Decision decision, string place)
    {
        var result = Attestation.Verify(verdict, trust, VerificationSummary.PredicateType, place);
        return result switch
        {
            { IsByStranger: true } => $"{result.Findings[0].Message} (--trust names the keys of earlier gates)",
            { IsValid: false } => throw new IntegrityException(result.Findings[0].Place, result.Findings[0].Message),
            _ when VerificationSummary.DecisionOf(result.Statement!) != decision.ComputeDigest() => throw new IntegrityException(place, $"the signed verdict is about another decision than {Dossier.DecisionFile} beside it"),
            _ => null,
        };
    }
}
