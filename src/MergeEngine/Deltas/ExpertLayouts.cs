using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// Finds out in which layout the factors of experts lie: by the trainer's marker or the caller's word, which must not contradict each other; a merge that is taken back takes the receipt's word. Without either it is
/// PEFT's own where the config names a version of PEFT (it does since 0.18). That is a guess to be told of: others train through PEFT and write otherwise.
/// </summary>
internal static class ExpertLayouts
{
    private const string Marker = "lora_B_layout";

    /// <summary>Unsloth's words (unsloth-zoo#1232): PEFT's own layout, and the one that its forward took before unsloth-zoo#1269.</summary>
    private static readonly Dictionary<string, ExpertLayout> Marks = new(StringComparer.Ordinal)
    {
        ["rank_major"] = ExpertLayout.ExpertFastest,
        ["grouped_by_expert"] = ExpertLayout.ExpertSlowest,
    };

    /// <summary>The layout, or null after a finding that says why there is none.</summary>
    public static ExpertLayout? Of(string path, CoverageBuilder cover)
    {
        if (cover.Declared is { IsRecorded: true, ExpertLayout: { } recorded })
            return recorded;
        if (cover.Config.ExpertLayoutMarker is { } marker)
            return OfMarker(marker, cover);
        if (cover.Declared.ExpertLayout is { } named)
            return named;
        if (cover.Config.PeftVersion is null)
        {
            cover.Block("expert-layout", path, "the config does not say which program wrote it, and programs differ in how the factors of experts lie; shapes and norms do not show it", "Name the layout: --expert-layout expert-fastest (PEFT) or expert-slowest.");
            return null;
        }
        cover.Warn("expert-layout-unmarked", "peft_version", "the factors of experts are read as PEFT writes them, whose version the config names; Unsloth trains through PEFT and before unsloth-zoo#1269 wrote them expert after expert, which shapes and norms do not show", "Find out who trained it (model card, base_model_name_or_path), and name the layout: --expert-layout expert-fastest for PEFT itself, expert-slowest for Unsloth of that time.");
        return ExpertLayout.ExpertFastest;
    }

    /// <summary>The layout to name where all are the same: nothing about it is a finding.</summary>
    public static ExpertLayout Likely(CoverageBuilder cover) => cover.Declared.ExpertLayout ?? Marked(cover) ?? ExpertLayout.ExpertFastest;

    private static ExpertLayout? Marked(CoverageBuilder cover) =>
        cover.Config.ExpertLayoutMarker is { } marker && Marks.TryGetValue(marker, out var layout) ? layout : null;

    private static ExpertLayout? OfMarker(string marker, CoverageBuilder cover)
    {
        var (named, marked) = (cover.Declared.ExpertLayout, Marked(cover));
        if (named is null && marked is null)
            cover.Block("expert-layout", Marker, $"'{marker}' is no layout of experts' factors that is known here", "Name the layout: --expert-layout expert-fastest (PEFT) or expert-slowest.");
        else if (named is { } word && marked is not null && word != marked)
            cover.Block("expert-layout", Marker, $"the file is marked '{marker}', and --expert-layout names {ExpertLayoutName.Of(word)}", "Leave the option out, or ask who trained the adapter and correct the marker.");
        else
            return named ?? marked;
        return null;
    }
}
