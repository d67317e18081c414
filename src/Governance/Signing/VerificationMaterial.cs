namespace Loragate.Governance.Signing;

/// <summary>How a bundle says who signed it. One kind a method: a bare key, or a chain of certificates.</summary>
public abstract record VerificationMaterial
{
    private protected VerificationMaterial()
    {
    }
}
