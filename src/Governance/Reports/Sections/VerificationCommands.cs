using System.Globalization;

namespace Loragate.Governance.Reports.Sections;

/// <summary>
/// Shell commands that check a report without loragate, each against what the auditor brings: the gate's public key as PUBLIC.pem and the ledger's as LEDGER.vkey,
/// both beside report.pdf. File names from records are quoted: a hostile name is an argument, never a command.
/// Sources: RFC 5652 (CMS), DSSE v1 (pre-authentication encoding), Sigstore bundle v0.3, C2SP signed-note, tlog-checkpoint and tlog-proof, RFC 8410 (Ed25519 keys).
/// </summary>
internal static class VerificationCommands
{
    private const string DecisionFile = "decision.json";
    private const string PolicyFile = "policy.yaml";
    private const string VerdictFile = "verdict.sigstore.json";

    // A name longer than this would run over the line's end, where a copied command breaks.
    private const int MostOnLine = 26;

    /// <summary>
    /// Verifies the report's own signature: it leaves out nothing but its own digits, it is over all other bytes of the file, and it was made with the key of PUBLIC.pem.
    /// pdfsig by itself trusts any key. The byte range is the file's only one, so a signed one, and all between its parts is one line of digits (ends of lines count as
    /// others): else pages of anybody fit there.
    /// </summary>
    public static string OwnSignature() =>
        """
        pdfsig report.pdf
        (set -e
        T=$(mktemp -d)
        (cd "$T" && pdfsig -dump "$OLDPWD/report.pdf")
        pdfsig report.pdf | grep -q '^ *- Total document signed$'
        test "$(grep -ao /ByteRange report.pdf | wc -l)" -eq 1
        set -- $(grep -ao '/ByteRange \[0 [0-9 ]*\]' report.pdf | tr -cd '0-9 ' |
          awk '{print $2 + 0, $3 + 0, $4 + 0}')
        test $(($2 + $3)) -eq "$(wc -c < report.pdf)"
        head -c "$2" report.pdf | tail -c +$(($1 + 1)) | tr '\n' x |
          LC_ALL=C grep -aqx '<[0-9a-f]*>'
        (head -c "$1" report.pdf; tail -c "$3" report.pdf) > "$T/signed"
        openssl cms -verify -binary -noverify -inform DER -in "$T/report.pdf.sig0" \
          -content "$T/signed" -out /dev/null -signer "$T/signer.pem"
        openssl x509 -in "$T/signer.pem" -pubkey -noout > "$T/signer.pub"
        openssl pkey -pubin -in PUBLIC.pem | diff - "$T/signer.pub"
        echo REPORT OK)
        """;

    /// <summary>Takes the evidence out of the report.</summary>
    public static string TakeOut() => "mkdir evidence && pdfdetach -saveall -o evidence report.pdf && cd evidence";

    /// <summary>Compares the digests of the decision, of its policy, of every record it rests on and of those beside them.</summary>
    public static string Evidence(ReportContents contents)
    {
        var lines = contents.Decision.Evidence
            .Select(link => Line(link.Digest.Hex, EvidenceFile.NameOf(link.Path)))
            .Prepend(Line(contents.Decision.Policy.Digest.Hex, PolicyFile))
            .Prepend(Line(contents.Decision.ComputeDigest().Hex, DecisionFile))
            .Concat(contents.FilesBeside.Select(file => Line(file.Digest.Hex, file.Name)));
        return $"printf '%s  %s\\n' \\\n{string.Concat(lines)}| sha256sum -c";
    }

    /// <summary>Prints the verdict that the decision holds.</summary>
    public static string Verdict() => $"jq -r .verdict {DecisionFile}";

    /// <summary>Verifies ECDSA signatures in DSSE by hand, and holds the decision and the policy against the digests in the signed verdict.</summary>
    /// <param name="notes">Signatures that openssl can verify.</param>
    public static string Signatures(IReadOnlyList<SignatureNote> notes)
    {
        const string check = """
            check() {
              T=$(mktemp -d)
              jq -j .dsseEnvelope.payload "$2" | base64 -d > "$T/payload"
              jq -j '.dsseEnvelope.signatures[0].sig' "$2" | base64 -d > "$T/sig"
              TYPE=$(jq -j .dsseEnvelope.payloadType "$2")
              SIZE=$(wc -c < "$T/payload" | tr -d ' ')
              (printf 'DSSEv1 %d %s %d ' "$(printf %s "$TYPE" | wc -c)" "$TYPE" "$SIZE"
                cat "$T/payload") > "$T/signed"
              openssl dgst "-$1" -verify ../PUBLIC.pem -signature "$T/sig" "$T/signed"
            }
            """;
        return string.Join('\n', [check, .. notes.Select(note => $"check {Hash(note)} {Quote(note.File)}"), .. notes.Any(note => note.File == VerdictFile) ? [VerdictSubject] : Array.Empty<string>()]);
    }

    /// <summary>Whether openssl can verify the signature.</summary>
    public static bool IsKnown(SignatureNote note) => Hash(note) is not null;

    /// <summary>
    /// Compares origin, size and root with the checkpoint that the decision's proof carries (it stands after the proof's first empty line), and verifies the ledger's
    /// signature under it with the key of LEDGER.vkey: Ed25519 over the checkpoint's text, 32 bytes of key behind one of algorithm, 64 of signature behind four of hint.
    /// </summary>
    public static string Checkpoint(LedgerPosition ledger) =>
        $$"""
        T=$(mktemp -d)
        sed '1,/^$/d' decision.tlog-proof > "$T/checkpoint"
        sed '/^$/,$d' "$T/checkpoint" > "$T/text"
        (printf '\060\052\060\005\006\003\053\145\160\003\041\000'
          cut -d+ -f3- ../LEDGER.vkey | base64 -d | tail -c 32) > "$T/key"
        awk -v name={{Quote(ledger.Origin)}} '$2 == name {print $3; exit}' "$T/checkpoint" |
          base64 -d | tail -c 64 > "$T/sig"
        printf '%s\n' {{Quote(ledger.Origin)}} {{ledger.Size.ToString(CultureInfo.InvariantCulture)}} \
          {{Quote(ledger.RootHash)}} > "$T/shown"
        head -n 3 "$T/text" | diff "$T/shown" - &&
          openssl pkeyutl -verify -pubin -keyform DER -inkey "$T/key" -rawin \
            -in "$T/text" -sigfile "$T/sig"
        """;

    /// <summary>
    /// Takes the logged entry out of the decision's proof, holds the decision against the digest in it, and hashes it with the proof's hashes up to the root that the page shows
    /// (RFC 6962, section 2.1: a leaf behind a zero byte, a node behind a one; which of two hashes stands left, RFC 9162, section 2.1.3.2).
    /// </summary>
    public static string Inclusion(LedgerPosition ledger) =>
        $$"""
        (set -e
        T=$(mktemp -d)
        sed -n 's/^extra //p' decision.tlog-proof | base64 -d > "$T/entry"
        jq -r 'select(.type == "decision").subjects[] | select(.name == "{{DecisionFile}}") |
          "\(.sha256)  {{DecisionFile}}"' "$T/entry" | sha256sum -c
        (printf '\000'; cat "$T/entry") | openssl dgst -sha256 -binary > "$T/hash"
        sed '1,/^index /d; /^$/,$d' decision.tlog-proof > "$T/path"
        I={{ledger.Index.ToString(CultureInfo.InvariantCulture)}} LAST={{(ledger.Size - 1).ToString(CultureInfo.InvariantCulture)}}
        while read -r SIDE; do
          printf %s "$SIDE" | base64 -d > "$T/side"
          while [ "$I" -eq "$LAST" ] && [ "$I" -gt 0 ] && [ $((I % 2)) -eq 0 ]; do
            I=$((I / 2)) LAST=$((LAST / 2))
          done
          if [ $((I % 2)) -eq 1 ]; then set -- side hash; else set -- hash side; fi
          (printf '\001'; cat "$T/$1" "$T/$2") | openssl dgst -sha256 -binary > "$T/next"
          mv "$T/next" "$T/hash"
          I=$((I / 2)) LAST=$((LAST / 2))
        done < "$T/path"
        test "$(base64 < "$T/hash")" = {{Quote(ledger.RootHash)}}
        echo ENTRY OK)
        """;

    /// <summary>The signed verdict's own digests of decision and policy, held against the files.</summary>
    private const string VerdictSubject = $"""
        jq -r .dsseEnvelope.payload {VerdictFile} | base64 -d | jq -r '.predicate |
          "\(.["urn:loragate:decision:v1"].decision.sha256)  {DecisionFile}",
          "\(.policy.digest.sha256)  {PolicyFile}"' | sha256sum -c
        """;

    private static string Line(string digest, string file) =>
        file.Length > MostOnLine ? $"  {digest} \\\n    {Quote(file)} \\\n" : $"  {digest} {Quote(file)} \\\n";

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
