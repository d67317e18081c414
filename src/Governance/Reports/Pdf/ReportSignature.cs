using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Reports.Pdf;

/// <summary>The signature over a whole report (PAdES B-B, with a time stamp B-T; ETSI EN 319 142-1).</summary>
public static class ReportSignature
{
    private const string Place = "report";

    /// <summary>A time stamp request (RFC 3161, DER) over a report's signature, to be sent to an authority by any means.</summary>
    /// <exception cref="PdfException">No report.</exception>
    /// <exception cref="SignatureException">Not signed.</exception>
    public static byte[] StampRequest(ReadOnlyMemory<byte> report, string place) => CmsSignature.StampRequest(Slot(report, place).Contents, place);

    /// <summary>The report with an authority's response (RFC 3161) inside its signature; nothing else changes.</summary>
    /// <exception cref="PdfException">No report.</exception>
    /// <exception cref="SignatureException">Not signed, or no time stamp over this signature.</exception>
    public static byte[] Stamp(ReadOnlyMemory<byte> report, ReadOnlyMemory<byte> response, string place)
    {
        var slot = Slot(report, place);
        var stamped = report.ToArray();
        slot.WriteContents(stamped, CmsSignature.Stamped(slot.Contents, response, place));
        return stamped;
    }

    /// <summary>Signs a report that has a place for it.</summary>
    internal static byte[] Sign(byte[] unsigned, Signer signer, DateTimeOffset time)
    {
        var slot = Slot(unsigned, Place);
        var signed = unsigned.ToArray();
        slot.WriteRange(signed);
        slot.WriteContents(signed, CmsSignature.Sign(slot.Signed(signed), signer, time));
        return signed;
    }

    /// <summary>Whether a file is this report but for its signature.</summary>
    internal static bool IsOver(ReadOnlyMemory<byte> signed, byte[] unsigned)
    {
        if (signed.Length != unsigned.Length)
            return false;
        var slot = Slot(unsigned, Place);
        var ranged = unsigned.ToArray();
        slot.WriteRange(ranged);
        return slot.Signed(ranged).AsSpan().SequenceEqual(slot.Signed(signed.Span));
    }

    /// <summary>Whether a file is this report, signed by this signer.</summary>
    internal static bool IsOf(ReadOnlyMemory<byte> earlier, byte[] unsigned, Signer signer)
    {
        if (!IsOver(earlier, unsigned))
            return false;
        try
        {
            _ = Verify(earlier, signer.Own, Place);
            return true;
        }
        catch (SignatureException)
        {
            return false;
        }
    }

    /// <summary>Who signed the whole file, from its first byte to its last.</summary>
    /// <exception cref="PdfException">No report.</exception>
    /// <exception cref="SignatureException">Not signed, changed, or signed by somebody who is not trusted.</exception>
    internal static (VerificationKey Key, DateTimeOffset? Stamped) Verify(ReadOnlyMemory<byte> report, SignerTrust trust, string place)
    {
        var slot = Slot(report, place);
        return slot.CoversAllOf(report.Length)
            ? CmsSignature.Verify(slot.Contents, slot.Signed(report.Span), trust, place)
            : throw new SignatureException(SignatureFault.ExtraFile, place, "the signature does not cover the whole file: something was added after signing");
    }

    private static SignatureSlot Slot(ReadOnlyMemory<byte> report, string place) => SignatureSlot.Find(PdfFile.Parse(report, place), place)
        ?? throw new SignatureException(SignatureFault.MissingFile, place, "the report is not signed");
}
