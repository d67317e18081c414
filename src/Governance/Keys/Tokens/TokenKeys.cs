using System.Formats.Asn1;
using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Loragate.Governance.Keys.Tokens;

/// <summary>Finds and makes ECDSA keys on tokens (PKCS#11 v2.40, CKM_ECDSA). A made key is private, sensitive and never extractable.</summary>
public static class TokenKeys
{
    private const int IdBytes = 20;

    /// <summary>Makes a key pair on a token, under the object label and id of the URI.</summary>
    /// <param name="uri">Where; it names a label.</param>
    /// <param name="type">The curve.</param>
    /// <param name="secrets">Is asked for the PIN.</param>
    /// <returns>The public key.</returns>
    /// <exception cref="KeyException">No label, something stands there already, or the token refuses.</exception>
    public static VerificationKey New(TokenUri uri, KeyType type, SecretSource? secrets)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (string.IsNullOrEmpty(uri.Parsed.Object))
            throw new KeyException(uri.Place, "names no object", "Write object=LABEL: the new key's label.");
        using var token = TokenSession.Open(uri);
        try
        {
            token.Login(secrets);
            if (Find(token, CKO.CKO_PRIVATE_KEY).Count + Find(token, CKO.CKO_PUBLIC_KEY).Count > 0)
                throw new KeyException(uri.Place, "something already stands there", "Keys are never overwritten: name another object.");
            Generate(token, EcdsaCurve.Of(type));
            return PublicKeyOf(token);
        }
        catch (Pkcs11Exception e)
        {
            throw TokenFault.Of(uri.Place, e);
        }
    }

    /// <summary>The public key that a URI names; nobody logs in.</summary>
    /// <exception cref="KeyException">No such object, several, or none on P-256, P-384 or P-521.</exception>
    public static VerificationKey ReadPublic(TokenUri uri)
    {
        using var token = TokenSession.Open(uri);
        try
        {
            return PublicKeyOf(token);
        }
        catch (Pkcs11Exception e)
        {
            throw TokenFault.Of(token.Uri.Place, e);
        }
    }

    /// <summary>Opens a key pair to sign with; the session stays open as long as the key.</summary>
    /// <exception cref="KeyException">Wrong PIN, no such key, several, or none on P-256, P-384 or P-521.</exception>
    internal static TokenEcdsa Open(TokenUri uri, SecretSource? secrets)
    {
        var token = TokenSession.Open(uri);
        try
        {
            var key = PublicKeyOf(token);
            token.Login(secrets);
            return new TokenEcdsa(token, Only(token, CKO.CKO_PRIVATE_KEY), key);
        }
        catch (Pkcs11Exception e)
        {
            token.Dispose();
            throw TokenFault.Of(uri.Place, e);
        }
        catch
        {
            token.Dispose();
            throw;
        }
    }

    private static void Generate(TokenSession token, EcdsaCurve curve)
    {
        var make = token.Factories.ObjectAttributeFactory;
        var id = token.Uri.Parsed.Id ?? RandomNumberGenerator.GetBytes(IdBytes);
        List<IObjectAttribute> both = [make.Create(CKA.CKA_TOKEN, true), make.Create(CKA.CKA_LABEL, token.Uri.Parsed.Object), make.Create(CKA.CKA_ID, id)];
        token.Session.GenerateKeyPair(
            token.Factories.MechanismFactory.Create(CKM.CKM_EC_KEY_PAIR_GEN),
            [.. both, make.Create(CKA.CKA_PRIVATE, false), make.Create(CKA.CKA_VERIFY, true), make.Create(CKA.CKA_EC_PARAMS, Der(writer => writer.WriteObjectIdentifier(curve.Oid)))],
            [.. both, make.Create(CKA.CKA_PRIVATE, true), make.Create(CKA.CKA_SENSITIVE, true), make.Create(CKA.CKA_EXTRACTABLE, false), make.Create(CKA.CKA_SIGN, true), make.Create(CKA.CKA_DERIVE, false)],
            out _,
            out _);
    }

    private static VerificationKey PublicKeyOf(TokenSession token)
    {
        var values = token.Session.GetAttributeValue(Only(token, CKO.CKO_PUBLIC_KEY), [CKA.CKA_EC_PARAMS, CKA.CKA_EC_POINT]);
        if (values.Any(value => value.CannotBeRead))
            throw NoCurve(token.Uri.Place, null);
        try
        {
            var spki = Spki(new AsnReader(values[0].GetValueAsByteArray(), AsnEncodingRules.DER).ReadObjectIdentifier(), PointOf(values[1].GetValueAsByteArray()));
            return VerificationKey.FromSpki(spki, token.Uri.Place) is { Type: not KeyType.Ed25519 } key ? key : throw NoCurve(token.Uri.Place, null);
        }
        catch (AsnContentException e)
        {
            throw NoCurve(token.Uri.Place, e);
        }
    }

    /// <summary>CKA_EC_POINT is an OCTET STRING around the point (PKCS#11 v2.40 §2.3.3); some tokens give the point itself.</summary>
    private static byte[] PointOf(byte[] value)
    {
        const byte Uncompressed = 0x04;
        return value is [Uncompressed, ..] && value.Length % 2 == 1 && !IsOctetString(value) ? value : new AsnReader(value, AsnEncodingRules.DER).ReadOctetString();
    }

    private static bool IsOctetString(byte[] value) =>
        AsnDecoder.TryReadEncodedValue(value, AsnEncodingRules.DER, out var tag, out _, out _, out var consumed) && tag == Asn1Tag.PrimitiveOctetString && consumed == value.Length;

    private static byte[] Spki(string curve, byte[] point) => Der(writer =>
    {
        const string EcPublicKey = "1.2.840.10045.2.1";
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(EcPublicKey);
                writer.WriteObjectIdentifier(curve);
            }
            writer.WriteBitString(point);
        }
    });

    private static byte[] Der(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    private static IObjectHandle Only(TokenSession token, CKO kind)
    {
        var what = kind == CKO.CKO_PRIVATE_KEY ? "private key" : "public key";
        return Find(token, kind) switch
        {
            [var one] => one,
            [] => throw new KeyException(token.Uri.Place, $"no {what} on an elliptic curve of this label and id", "Check 'object' and 'id' against what the token's own tool lists. Both halves of a key must lie on the token."),
            { Count: var count } => throw new KeyException(token.Uri.Place, $"{count} {what}s fit", "Name one by 'object' and 'id'."),
        };
    }

    private static List<IObjectHandle> Find(TokenSession token, CKO kind)
    {
        var make = token.Factories.ObjectAttributeFactory;
        List<IObjectAttribute> wanted = [make.Create(CKA.CKA_CLASS, kind), make.Create(CKA.CKA_KEY_TYPE, CKK.CKK_EC)];
        if (token.Uri.Parsed.Object is { } label)
            wanted.Add(make.Create(CKA.CKA_LABEL, label));
        if (token.Uri.Parsed.Id is { } id)
            wanted.Add(make.Create(CKA.CKA_ID, id));
        return token.Session.FindAllObjects(wanted);
    }

    private static KeyException NoCurve(string place, Exception? inner) => new(place, "not a key on P-256, P-384 or P-521", "Make one with 'loragate keys new --pkcs11 URI'.", inner);
}
