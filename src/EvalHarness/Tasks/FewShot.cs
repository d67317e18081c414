using Loragate.EvalHarness.Tasks.Yaml;

namespace Loragate.EvalHarness.Tasks;

/// <summary>Which examples stand before each document.</summary>
/// <param name="Count">How many.</param>
/// <param name="Split">The split that they come from; null where there are none.</param>
internal sealed record FewShot(int Count, string? Split)
{
    private const int MaxCount = 256;

    /// <summary>Reads <c>num_fewshot</c>, <c>fewshot_split</c> and <c>fewshot_config</c>; only the first examples of another split are supported.</summary>
    public static FewShot Parse(TaskKeys keys, string evaluated)
    {
        var count = keys.Number("num_fewshot", 0);
        var split = keys.Text("fewshot_split");
        var training = keys.Text("training_split");
        var sampler = "default";
        if (keys.Map("fewshot_config") is { } config)
        {
            sampler = config.Text("sampler") ?? sampler;
            split = config.Text("split") ?? split;
            config.Done();
        }
        if (count == 0)
            return new FewShot(0, null);
        if (count is < 0 or > MaxCount)
            throw keys.Fault("num_fewshot", $"{count} examples, outside of 0 to {MaxCount}");
        if (sampler != "first_n")
            throw keys.Fault("num_fewshot", $"the sampler '{sampler}' is not supported with num_fewshot above 0 ('first_n' is)");
        split ??= training ?? throw keys.Fault("num_fewshot", "no split to take the examples from");
        return split != evaluated ? new FewShot(count, split) : throw keys.Fault("num_fewshot", $"the examples come from '{split}', which is evaluated itself");
    }
}
