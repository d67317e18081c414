namespace Loragate.Governance.Reports.Sections;

/// <summary>
/// Shell commands that check a dossier without loragate. File names from records are quoted: a hostile name is an argument, never a command.
/// Sources: DSSE v1 (pre-authentication encoding), Sigstore bundle v0.3, C2SP tlog-checkpoint.
/// </summary>
internal static class VerificationCommands
{
    private const string DecisionFile = "decision.json";

    /// <summary>Compares the digests of the decision and of every record it rests on.</summary>
    public static string Evidence(ReportContents contents)
    {
        var lines = contents.Decision.Evidence
            .Select(link => (link.Digest.Hex, link.Path))
            .Prepend((contents.Decision.ComputeDigest().Hex, DecisionFile))
            .Select(file => $"echo {file.Item1}'  '{Quote(file.Item2)} | sha256sum -c");
        return string.Join('\n', lines);
    }

    /// <summary>Prints the verdict that the decision holds.</summary>
    public static string Verdict() => $"jq -r .verdict {DecisionFile}";

    /// <summary>Verifies an ECDSA signature in DSSE by hand.</summary>
    public static string Signature(SignatureNote note) =>
        $"""
        jq -j .dsseEnvelope.payload {Quote(note.File)} | base64 -d > payload.bin
        jq -j '.dsseEnvelope.signatures[0].sig' {Quote(note.File)} | base64 -d > signature.bin
        TYPE=$(jq -j .dsseEnvelope.payloadType {Quote(note.File)})
        SIZE=$(wc -c < payload.bin | tr -d ' ')
        (printf 'DSSEv1 %d %s %d ' "$(printf %s "$TYPE" | wc -c)" "$TYPE" "$SIZE"; cat payload.bin) > signed.bin
        openssl dgst -{Hash(note)} -verify PUBLIC.pem -signature signature.bin signed.bin
        """;

    /// <summary>Whether openssl can verify the signature.</summary>
    public static bool IsKnown(SignatureNote note) => note.Algorithm.Contains("p256", StringComparison.OrdinalIgnoreCase)
        || note.Algorithm.Contains("p384", StringComparison.OrdinalIgnoreCase) || note.Algorithm.Contains("p521", StringComparison.OrdinalIgnoreCase);

    /// <summary>Compares the first three lines of the ledger's checkpoint.</summary>
    public static string Checkpoint(LedgerPosition ledger) =>
        $"""
        printf '%s\n' {Quote(ledger.Origin)} {ledger.Size.ToString(System.Globalization.CultureInfo.InvariantCulture)} {Quote(ledger.RootHash)} > expected.txt
        head -n 3 LEDGER/checkpoint | diff - expected.txt && echo OK
        """;

    private static string Hash(SignatureNote note) => note.Algorithm switch
    {
        var name when name.Contains("p384", StringComparison.OrdinalIgnoreCase) => "sha384",
        var name when name.Contains("p521", StringComparison.OrdinalIgnoreCase) => "sha512",
        _ => "sha256",
    };

    /// <summary>POSIX shell quoting (XCU §2.2.2): nothing is special between single quotes but the quote itself.</summary>
    private static string Quote(string text) =>
        text.Length > 0 && text[0] != '-' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '_' or '-' or '+' or '=')
            ? text
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
