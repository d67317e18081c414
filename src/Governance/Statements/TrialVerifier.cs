using Loragate.Artifacts;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Statements;

/// <summary>Verifies the report of a plan's trials against what somebody signed about it (docs/formats/attestations.v1.md).</summary>
public static class TrialVerifier
{
    /// <summary>Checks that a bundle is about exactly this report, whoever signed it, and then that somebody trusted did.</summary>
    /// <param name="report">The report.</param>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    /// <param name="trust">Who is trusted.</param>
    /// <param name="place">The bundle's file, for messages.</param>
    public static VerificationResult Verify(TrialReport report, ReadOnlyMemory<byte> bundle, SignerTrust trust, string place) =>
        MismatchOf(report, bundle, place) is { } mismatch ? new VerificationResult(null, [mismatch], []) : Attestation.Verify(bundle, trust, TrialProvenance.PredicateType, place);

    /// <summary>The same for everybody whom a trust policy names, whatever his role.</summary>
    /// <param name="report">The report.</param>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    /// <param name="people">The trust policy.</param>
    /// <param name="day">The day of the decision, UTC: keys and certificates have to be good at its end, or when a time stamp in the bundle proves that the signature existed.</param>
    /// <param name="place">The bundle's file, for messages.</param>
    public static VerificationResult Verify(TrialReport report, ReadOnlyMemory<byte> bundle, TrustPolicy people, DateOnly day, string place)
    {
        ArgumentNullException.ThrowIfNull(people);
        try
        {
            return Verify(report, bundle, people.TrustInAnybody(TimeOf(bundle, people, day, place)), place);
        }
        catch (SignatureException e)
        {
            return VerificationResult.Refused(e);
        }
    }

    /// <summary>Why a bundle is not about a report, whoever signed it: no trust is needed to see that. Null where it is.</summary>
    /// <param name="report">The report.</param>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    /// <param name="place">The bundle's file, for messages.</param>
    public static VerificationFinding? MismatchOf(TrialReport report, ReadOnlyMemory<byte> bundle, string place)
    {
        try
        {
            var said = Statement.Parse(SigstoreBundle.Parse(bundle, place).Envelope.Payload, place);
            return said.ToBytes().AsSpan().SequenceEqual(TrialProvenance.Of(report).ToBytes())
                ? null
                : new VerificationFinding(SignatureFault.OtherSubject, place, $"the signature is not over the {TrialReport.FileName} beside it, but over something else");
        }
        catch (SignatureException e)
        {
            return e.ToFinding();
        }
    }

    /// <summary>Who signed a report, of those whom a trust policy names.</summary>
    /// <param name="report">The report.</param>
    /// <param name="bundle">The bytes of the bundle, whole.</param>
    /// <param name="people">The trust policy.</param>
    /// <param name="day">The day of the decision, UTC.</param>
    /// <param name="place">The bundle's file, for messages.</param>
    /// <returns>The signer; or why there is none.</returns>
    internal static (TrustedSigner? Signer, string? Fault) SignerOf(TrialReport report, ReadOnlyMemory<byte> bundle, TrustPolicy people, DateOnly day, string place) =>
        Verify(report, bundle, people, day, place) is { IsValid: false } refused
            ? (null, refused.Findings[0].Message)
            : (people.Identify(SigstoreBundle.Parse(bundle, place).Material, TimeOf(bundle, people, day, place), place).Signer, null);

    private static DateTimeOffset TimeOf(ReadOnlyMemory<byte> bundle, TrustPolicy people, DateOnly day, string place) =>
        people.TimeOf(SigstoreBundle.Parse(bundle, place), new DateTimeOffset(day, TimeOnly.MaxValue, TimeSpan.Zero), place);
}
