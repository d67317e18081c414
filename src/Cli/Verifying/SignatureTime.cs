using Loragate.Governance.Signing;
using Loragate.Governance.Signing.Timestamps;

namespace Loragate.Cli.Verifying;

/// <summary>What time stamps say of when a signature was made.</summary>
/// <param name="Proved">The time that is proved; null where none is.</param>
/// <param name="Fault">Why a time stamp proves nothing; null where none was refused.</param>
/// <param name="IsUnjudged">Whether time stamps lie in the signature that nobody judged.</param>
internal sealed record SignatureTime(ProvedTime? Proved, VerificationFinding? Fault, bool IsUnjudged)
{
    /// <summary>There is no time stamp.</summary>
    public static SignatureTime Unknown { get; } = new(null, null, IsUnjudged: false);

    /// <summary>There are time stamps, and nobody said whose count.</summary>
    public static SignatureTime Unjudged { get; } = new(null, null, IsUnjudged: true);

    /// <summary>A time stamp that was judged.</summary>
    public static SignatureTime Of(Func<ProvedTime> prove)
    {
        try
        {
            return new SignatureTime(prove(), null, IsUnjudged: false);
        }
        catch (SignatureException e)
        {
            return new SignatureTime(null, e.ToFinding(), IsUnjudged: false);
        }
    }
}
