namespace Loragate.Governance.Ledger;

/// <summary>What is said of each refused case of vectors/oms/tlog: a refusal for another reason than the planted one would be luck.</summary>
internal static class TlogCauses
{
    private const string OtherText = "does not belong to this text";
    private const string NotBy = "not signed by";
    private const string Line = "a signature line is not";
    private const string Parts = "not a signed note";
    private const string Number = "is not a plain decimal number";
    private const string Root = "the root is not 32 bytes in base64";
    private const string Place = "this entry does not stand at index";
    private const string Hashes = "hashes that are not those of the entries";
    private const string Signed = "the entries hash to the root";
    private const string Bundle = "not a bundle of exactly";
    private const string Form = "not a vkey of the form";
    private const string OtherId = "the vkey's id belongs to another name or key";
    private const string Hash = "a hash is not 32 bytes in base64";

    private static readonly Dictionary<string, string> Table = new[]
    {
        Told("notes.json", OtherText, "cosigned-time text-changed text-extended signature-bit good-and-bad signature-short signature-long bom"),
        Told("notes.json", NotBy, "unknown-key other-key-same-name key-id"),
        Told("notes.json", Line, "signature-base64 signature-only-id hyphen en-dash trailing-text two-spaces"),
        Told("notes.json", Parts, "no-blank-line no-final-newline no-text-newline empty"),
        Told("notes.json", "the control character 0x0D", "crlf"),
        Told("notes.json", "the control character 0x09", "control"),
        Told("notes.json", "the control character 0x00", "nul"),
        Told("notes.json", "0 signatures", "trailing-newline no-signature"),
        Told("notes.json", "not UTF-8", "utf8"),
        Told("vkeys.json", OtherId, "wrong-id wrong-name"),
        Told("vkeys.json", "of an unknown type", "unknown-type"),
        Told("vkeys.json", "a key of 31 bytes", "short-key"),
        Told("vkeys.json", "a key of 33 bytes", "long-key"),
        Told("vkeys.json", Form, "no-key space-name empty-name short-id private"),
        Told("vkeys.json", "not base64", "bad-base64"),
        Told("checkpoints.json", "size 0 with a root", "zero-size-other-root"),
        Told("checkpoints.json", Number, "leading-zero plus negative hex space overflow"),
        Told("checkpoints.json", "the origin is", "other-origin origin-case"),
        Told("checkpoints.json", "not a checkpoint of origin, size and root lines", "empty-origin two-lines empty-extension"),
        Told("checkpoints.json", Root, "short-root long-root url-root unpadded-root root-bits hex-root"),
        Told("proofs.json", Place, "bad-entry bad-index bad-index-beyond bad-missing-hash bad-extra-hash"),
        Told("proofs.json", "no line 'index N'", "bad-index-zero"),
        Told("proofs.json", "the first line is not", "bad-header"),
        Told("proofs.json", OtherText, "bad-size"),
        Told("proofs.json", "0 signatures", "bad-unsigned"),
        Told("proofs.json", Hash, "bad-extra-order bad-no-blank"),
        Told("proofs.json", NotBy, "bad-other-log"),
        Told("cases.json", "the ledger was rolled back", "log-257-before rolled-back"),
        Told("cases.json", "1376 bytes where 44 hashes", "truncated-tile"),
        Told("cases.json", "8187 bytes where 256 hashes", "truncated-tile-odd"),
        Told("cases.json", "1440 bytes where 44 hashes", "tile-too-long"),
        Told("cases.json", Hashes, "tile-hash tile-level-1 tile-swapped"),
        Told("cases.json", "missing", "tile-missing tile-level-1-missing entries-missing checkpoint-ahead checkpoint-missing"),
        Told("cases.json", "is not the one that was signed", "leaf-flip reordered"),
        Told("cases.json", Bundle, "leaf-length entries-cut entries-extra"),
        Told("cases.json", Signed, "reordered-rebuilt leaf-removed checkpoint-size-signed checkpoint-root"),
        Told("cases.json", OtherText, "checkpoint-signature checkpoint-size"),
        Told("cases.json", "the origin is", "checkpoint-origin"),
        Told("cases.json", NotBy, "checkpoint-key checkpoint-other-log right-folder-wrong-key"),
        Told("cases.json", "the control character 0x0D", "checkpoint-crlf"),
        Told("cases.json", "contradicts the tree", "stale-partial"),
        Told("cases.json", "the root at size 200 is", "forked forked-grown"),
    }.SelectMany(told => told).ToDictionary(StringComparer.Ordinal);

    /// <summary>Words of the message, where the case is to be refused; a case that is not known here has none, and fails.</summary>
    public static string Of(string file, string id) =>
        Table.GetValueOrDefault($"{file}/{id}") ?? throw new InvalidOperationException($"{file}, {id}: say here as what it is refused.");

    private static IEnumerable<KeyValuePair<string, string>> Told(string file, string words, string ids) => ids.Split(' ').Select(id => KeyValuePair.Create($"{file}/{id}", words));
}
