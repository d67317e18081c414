namespace Loragate.Governance.Reports.Sections;

/// <summary>
/// Shell commands that check a dossier without loragate. File names from records are quoted: a hostile name is an argument, never a command.
/// Sources: DSSE v1 (pre-authentication encoding), Sigstore bundle v0.3, C2SP tlog-checkpoint.
/// </summary>
internal static class VerificationCommands
{
    private const string DecisionFile = "decision.json";

    // A name longer than this would run over the line's end, where a copied command breaks.
    private const int MostOnLine = 26;

    /// <summary>Compares the digests of the decision and of every record it rests on.</summary>
    public static string Evidence(ReportContents contents)
    {
        var lines = contents.Decision.Evidence
            .Select(link => Line(link.Digest.Hex, EvidenceFile.NameOf(link.Path)))
            .Prepend(Line(contents.Decision.ComputeDigest().Hex, DecisionFile));
        return $"printf '%s  %s\\n' \\\n{string.Concat(lines)}| sha256sum -c";
    }

    private static string Line(string digest, string file) =>
        file.Length > MostOnLine ? $"  {digest} \\\n    {Quote(file)} \\\n" : $"  {digest} {Quote(file)} \\\n";

    /// <summary>Checks the report's own signature.</summary>
    public static string OwnSignature() => "pdfsig report.pdf";

    /// <summary>Takes the evidence out of the report.</summary>
    public static string TakeOut() => "mkdir evidence && pdfdetach -saveall -o evidence report.pdf && cd evidence";

    /// <summary>Prints the verdict that the decision holds.</summary>
    public static string Verdict() => $"jq -r .verdict {DecisionFile}";

    /// <summary>Verifies ECDSA signatures in DSSE by hand.</summary>
    /// <param name="notes">Signatures that openssl can verify.</param>
    public static string Signatures(IEnumerable<SignatureNote> notes) =>
        $$"""
        check() {
          T=$(mktemp -d)
          jq -j .dsseEnvelope.payload "$2" | base64 -d > "$T/payload"
          jq -j '.dsseEnvelope.signatures[0].sig' "$2" | base64 -d > "$T/sig"
          TYPE=$(jq -j .dsseEnvelope.payloadType "$2")
          SIZE=$(wc -c < "$T/payload" | tr -d ' ')
          (printf 'DSSEv1 %d %s %d ' "$(printf %s "$TYPE" | wc -c)" "$TYPE" "$SIZE"
            cat "$T/payload") > "$T/signed"
          openssl dgst "-$1" -verify PUBLIC.pem -signature "$T/sig" "$T/signed"
        }
        {{string.Join('\n', notes.Select(note => $"check {Hash(note)} {Quote(note.File)}"))}}
        """;

    /// <summary>Whether openssl can verify the signature.</summary>
    public static bool IsKnown(SignatureNote note) => Hash(note) is not null;

    /// <summary>Compares origin, size and root of the checkpoint that the decision's proof carries: it stands after the proof's first empty line.</summary>
    public static string Checkpoint(LedgerPosition ledger) =>
        $"""
        T=$(mktemp -d)
        sed '1,/^$/d' decision.tlog-proof | head -n 3 > "$T/signed"
        printf '%s\n' {Quote(ledger.Origin)} {ledger.Size.ToString(System.Globalization.CultureInfo.InvariantCulture)} {Quote(ledger.RootHash)} |
          diff - "$T/signed" && echo OK
        """;

    /// <summary>The hash that goes with the curve (FIPS 186-5); null for another kind of key.</summary>
    private static string? Hash(SignatureNote note) => note.Algorithm.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant() switch
    {
        var name when name.Contains("p256", StringComparison.Ordinal) => "sha256",
        var name when name.Contains("p384", StringComparison.Ordinal) => "sha384",
        var name when name.Contains("p521", StringComparison.Ordinal) => "sha512",
        _ => null,
    };

    /// <summary>POSIX shell quoting (XCU §2.2.2): nothing is special between single quotes but the quote itself.</summary>
    private static string Quote(string text) =>
        text.Length > 0 && text[0] != '-' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '/' or '_' or '-' or '+' or '=')
            ? text
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
