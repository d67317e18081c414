namespace Loragate.Governance.Signing;

/// <summary>What a verifier found. Valid only without findings.</summary>
/// <param name="Statement">The statement, once its signature held; null before.</param>
/// <param name="Findings">Every reason for a refusal.</param>
/// <param name="Warnings">What a reader should know although it refuses nothing.</param>
public sealed record VerificationResult(Statement? Statement, IReadOnlyList<VerificationFinding> Findings, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether everything holds.</summary>
    public bool IsValid => Statement is not null && Findings.Count == 0;

    /// <summary>Whether it was refused because somebody who is not trusted signed it: nothing was found changed.</summary>
    public bool IsByStranger => Findings is [{ IsByStranger: true }, ..];

    internal static VerificationResult Refused(SignatureException e) =>
        new(null, [e.ToFinding()], []);

    internal static VerificationResult Of(Statement statement, params IReadOnlyList<VerificationFinding> findings) => new(statement, findings, []);
}
