using System.Globalization;
using System.Text;
using Loragate.Artifacts;

namespace Loragate.Governance.Ledger.Witnessing;

/// <summary>
/// What a log asks a witness to cosign: the body of an add-checkpoint request (C2SP tlog-witness): <c>old N</c>, the consistency proof, an
/// empty line, the checkpoint. Whoever has a witness that is reached by HTTP posts these bytes.
/// </summary>
/// <param name="OldSize">The size that the witness has cosigned last; 0 if none.</param>
/// <param name="Proof">The consistency proof from there (RFC 6962 §2.1.2); empty from 0 and to the same size.</param>
/// <param name="Checkpoint">The checkpoint note, signed by the log.</param>
public sealed record WitnessRequest(long OldSize, IReadOnlyList<Digest> Proof, ReadOnlyMemory<byte> Checkpoint)
{
    private const string OldPrefix = "old ";
    private const int MaxProof = 63;
    private const int MaxBytes = 2 << 20;
    private const string Advice = "Make it again with 'loragate ledger witness request'.";

    /// <summary>Reads a request; the checkpoint in it is not looked at yet.</summary>
    /// <exception cref="LedgerException">Another form.</exception>
    public static WitnessRequest Parse(ReadOnlySpan<byte> body, string place)
    {
        if (body.Length > MaxBytes)
            throw new LedgerException(place, $"{body.Length} bytes where a request has at most {MaxBytes}", Advice);
        var end = body.IndexOf("\n\n"u8);
        if (end < 0)
            throw new LedgerException(place, "no empty line before the checkpoint", Advice);
        var lines = Encoding.UTF8.GetString(body[..end]).Split('\n');
        if (!lines[0].StartsWith(OldPrefix, StringComparison.Ordinal) || !LedgerCheckpoint.TryParseSize(lines[0][OldPrefix.Length..], out var old))
            throw new LedgerException(place, "the first line is not 'old N' with a plain decimal number", Advice);
        if (lines.Length - 1 > MaxProof)
            throw new LedgerException(place, $"{lines.Length - 1} hashes where at most {MaxProof} are read", Advice);
        return new WitnessRequest(old, [.. lines[1..].Select(line => TlogProof.ParseHash(line, place))], body[(end + 2)..].ToArray());
    }

    /// <summary>The request's bytes.</summary>
    public byte[] ToBytes()
    {
        var text = new StringBuilder(OldPrefix).Append(OldSize.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var hash in Proof)
            text.Append(Convert.ToBase64String(hash.ToBytes())).Append('\n');
        return [.. Encoding.ASCII.GetBytes(text.Append('\n').ToString()), .. Checkpoint.Span];
    }
}
