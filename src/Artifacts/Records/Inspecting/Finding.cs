namespace Loragate.Artifacts.Records.Inspecting;

/// <summary>Something an inspection noticed.</summary>
/// <param name="Id">The stable id, "no-op" (docs/findings.md).</param>
/// <param name="Severity">What it means.</param>
/// <param name="Where">The file, key or module.</param>
/// <param name="Message">What was found.</param>
/// <param name="Advice">What to do.</param>
public sealed record Finding(string Id, Severity Severity, string Where, string Message, string Advice)
{
    /// <summary>The ids that there are, in the order of docs/findings.md: policies forbid and allow findings by them.</summary>
    public static IReadOnlyList<string> Ids { get; } =
    [
        "absent-module", "adapter-name", "base-config", "base-contradiction", "base-digest", "base-digest-form", "base-dtype", "base-licence-missing",
        "base-mutated", "base-name", "base-unpinned", "bias", "byte-order-mark", "changed-twice", "chat-template", "code", "conv1d-unknown",
        "dataset-licence-missing", "dataset-unnamed", "datasets-missing", "dead-module", "different-bases", "different-tasks", "dora-combined",
        "dora-magnitude", "dora-weighted", "embedding-changed", "empty-tensor", "exclusive-combined", "exclusive-weighted", "executable",
        "expert-layout", "expert-layout-unmarked", "expert-orientation", "factor-dtype", "factor-size", "factors-cancel", "fan-in-fan-out",
        "licence-conditions", "licence-contradiction", "licence-incompatible", "licence-missing", "licence-no-commercial", "licence-no-derivatives",
        "licence-unknown", "link-file", "missing-factor", "missing-module", "model-card", "names-differ-by-case", "narrower-type", "nested-adapter",
        "no-bias", "no-op", "non-finite", "odd-header", "parameter-order", "peft-cross-terms", "peft-rslora", "pickle", "projection-missing",
        "rank-mismatch", "remote-code", "replaced-module", "scale-unusual", "scale-zero", "serving-differs", "serving-refused", "serving-rslora",
        "serving-unknown", "several-weight-files", "shape-mismatch", "targets-nothing", "task-type", "tied-conflict", "tied-head", "tied-scale",
        "token-index", "tokenizer-differs", "tokens-added", "unequal-ranks", "unjudged-file", "unknown-key", "unreadable-file", "unsigned-file",
        "unsupported-setting", "unsupported-type", "untargeted-module", "unused-pattern", "unused-tensor", "update-large", "update-outlier",
        "update-overflow", "update-tiny", "weight-zero", "wrong-base",
    ];
}
