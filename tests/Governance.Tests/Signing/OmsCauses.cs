namespace Loragate.Governance.Signing;

/// <summary>As which faults each refused case of vectors/oms/bundles is told: a refusal for another reason than the planted one would be luck.</summary>
internal static class OmsCauses
{
    private static readonly Dictionary<string, SignatureFault[]> Table = new((IEnumerable<KeyValuePair<string, SignatureFault[]>>)
    [
        .. Told([SignatureFault.BadSignature], "bad-hash-for-curve bad-hint-of-attacker bad-no-pae bad-pae-v02 bad-payload-changed bad-payload-space bad-sig-ber bad-sig-empty bad-sig-p1363 bad-sig-trailing bad-sig-truncated bad-sig-zero bad-type-confusion cert-other-key"),
        .. Told([SignatureFault.ChangedFile], "bad-append bad-byte bad-byte-header bad-swap-contents cert-byte"),
        .. Told([SignatureFault.ChangedFile, SignatureFault.ExtraFile], "bad-swapped-bundle2"),
        .. Told([SignatureFault.ChangedFile, SignatureFault.MissingFile], "bad-swapped-bundle"),
        .. Told([SignatureFault.DuplicateName], "bad-dup-name-first-good bad-dup-name-last-good bad-dup-name-same"),
        .. Told([SignatureFault.EmptyManifest], "bad-empty-model bad-empty-resources bad-ignore-all"),
        .. Told([SignatureFault.ExtraFile], "bad-extra bad-extra-hidden bad-extra-like-git bad-extra-nested bad-extra-nested-gitignore bad-ignored-nested bad-ignored-prefix"),
        .. Told([SignatureFault.ExtraFile, SignatureFault.MissingFile], "bad-case bad-nfd bad-rename bad-rename-same-root"),
        .. Told([SignatureFault.HiddenFile], "bad-ignore-parent-dir bad-ignore-weights"),
        .. Told([SignatureFault.MalformedBundle], "bad-b64-garbage bad-b64-newline bad-depth bad-dup-envelope bad-dup-payload bad-dup-payload-rev bad-json-array bad-json-bom bad-json-comment bad-json-empty bad-json-trailing bad-json-truncated bad-json-utf8 bad-media-none bad-media-type bad-message-signature bad-no-envelope bad-no-hint bad-no-material bad-no-sigs bad-snake-case bad-two-materials bad-two-sigs bad-two-sigs-rev bad-unknown-top cert-empty-chain cert-garbage"),
        .. Told([SignatureFault.MalformedStatement], "bad-depth-payload bad-digest-hexprefix bad-digest-short bad-digest-spaces bad-digest-upper bad-ignore-string bad-name-number bad-name-surrogate bad-no-resources bad-no-serialization bad-payload-array bad-payload-bom bad-payload-dup-key bad-payload-nan bad-payload-not-json bad-payload-trailing bad-predicate-extra bad-root-upper bad-statement-extra bad-subject-no-sha256 bad-subjects-none bad-subjects-two bad-symlinks-string bad-type-statement"),
        .. Told([SignatureFault.MissingFile], "bad-dir-for-file bad-missing"),
        .. Told([SignatureFault.MissingFile, SignatureFault.UnsafeEntry], "bad-symlink bad-symlink-dir bad-symlink-file-outside"),
        .. Told([SignatureFault.OtherKey], "bad-ed25519 bad-hint bad-hint-der bad-rawbytes-attacker bad-secp256k1 bad-wrong-curve bad-wrong-key"),
        .. Told([SignatureFault.OtherPayloadType], "bad-type-changed bad-type-signed-other"),
        .. Told([SignatureFault.OtherPredicate], "bad-predicate-legacy bad-predicate-unknown bad-predicate-v1x"),
        .. Told([SignatureFault.RootMismatch], "bad-root bad-root-other-order"),
        .. Told([SignatureFault.UnsafeEntry], "bad-symlink-dangling bad-symlink-extra"),
        .. Told([SignatureFault.UnsafeIgnorePath], "bad-ignore-absolute bad-ignore-and-resource bad-ignore-dotdot bad-ignore-glob"),
        .. Told([SignatureFault.UnsafeName], "bad-absolute bad-absolute-unsigned-ok bad-backslash bad-bidi bad-control-char bad-drive bad-name-dot bad-name-dot-slash bad-name-double-slash bad-name-empty bad-name-trailing-slash bad-nul bad-traversal bad-traversal-inner bad-traversal-unsigned-ok"),
        .. Told([SignatureFault.UnsupportedMethod], "cert-bundle-as-key cert-single-field key-bundle-as-cert"),
        .. Told([SignatureFault.UnsupportedSerialization], "bad-alg-md5 bad-alg-mixed bad-hash-type bad-method bad-shards-gap bad-shards-size-zero"),
        .. Told([SignatureFault.UntrustedCertificate], "cert-critical-unknown cert-expired cert-expired-proved-late cert-missing-intermediate cert-no-digital-signature cert-not-yet-valid cert-order cert-root-signs cert-rsa cert-self-signed cert-tls-only cert-under-leaf cert-wrong-root"),
    ]);

    /// <summary>The faults of a case; none where it is not known.</summary>
    public static IReadOnlySet<SignatureFault> Of(string id) => (Table.GetValueOrDefault(id) ?? []).ToHashSet();

    private static IEnumerable<KeyValuePair<string, SignatureFault[]>> Told(SignatureFault[] faults, string ids) => ids.Split(' ').Select(id => KeyValuePair.Create(id, faults));
}
