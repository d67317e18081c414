using Net.Pkcs11Interop.Common;

namespace Loragate.Governance.Keys.Tokens;

/// <summary>What a token's refusal means, in words.</summary>
internal static class TokenFault
{
    /// <summary>A refusal as the one exception of keys.</summary>
    public static KeyException Of(string place, Pkcs11Exception e)
    {
        var (fault, advice) = Explain(e.RV);
        return new KeyException(place, fault, advice, e);
    }

    internal static (string Fault, string Advice) Explain(CKR code) => code switch
    {
        CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE => ("the PIN is wrong", "Give the user's PIN. Mind that many tokens lock after a few wrong ones."),
        CKR.CKR_PIN_LOCKED => ("the PIN is locked after too many wrong ones", "Its security officer can unlock the token."),
        CKR.CKR_PIN_EXPIRED => ("the PIN has expired", "Set a new one with the token's own tool."),
        CKR.CKR_USER_PIN_NOT_INITIALIZED => ("the token has no user's PIN yet", "Its security officer sets one with the token's own tool."),
        CKR.CKR_KEY_FUNCTION_NOT_PERMITTED => ("the token does not let this key sign", "Use a key that was made for signing (CKA_SIGN)."),
        CKR.CKR_MECHANISM_INVALID => ("the token cannot do this with keys on elliptic curves", "Use a token that has CKM_ECDSA, and to make keys CKM_EC_KEY_PAIR_GEN."),
        CKR.CKR_TOKEN_WRITE_PROTECTED => ("the token is write-protected", "Make the key with the token's own tool."),
        CKR.CKR_DEVICE_REMOVED or CKR.CKR_TOKEN_NOT_PRESENT => ("the token was taken out", "Put it back and run the same command again."),
        _ => ($"the token answers {code}", "Its own manual or log says more."),
    };
}
