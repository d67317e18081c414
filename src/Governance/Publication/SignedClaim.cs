using Loragate.Governance.Signing;

namespace Loragate.Governance.Publication;

/// <summary>A signed statement beside the records that it is about.</summary>
internal static class SignedClaim
{
    /// <summary>What does not hold of a statement: who signed it, what kind it is, or what it says.</summary>
    /// <param name="bundle">The bundle's bytes.</param>
    /// <param name="trust">Who is trusted to have signed it.</param>
    /// <param name="predicateType">The kind that it must be.</param>
    /// <param name="file">Its file, for the findings.</param>
    /// <param name="faultOf">What its content gets wrong; null for nothing. It may refuse by <see cref="SignatureException"/>.</param>
    public static IEnumerable<VerificationFinding> Check(ReadOnlyMemory<byte> bundle, SignerTrust trust, string predicateType, string file, Func<Statement, string?> faultOf)
    {
        var result = Attestation.Verify(bundle, trust, predicateType, file);
        if (!result.IsValid)
            return result.Findings;
        try
        {
            return faultOf(result.Statement!) is { } fault ? [new VerificationFinding(SignatureFault.OtherSubject, file, fault)] : [];
        }
        catch (SignatureException e)
        {
            return [e.ToFinding()];
        }
    }
}
