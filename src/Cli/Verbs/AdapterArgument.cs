using System.Globalization;
using Loragate.MergeEngine;

namespace Loragate.Cli.Verbs;

/// <summary>Reads <c>ADAPTER[=WEIGHT]</c>.</summary>
internal static class AdapterArgument
{
    public static WeightedAdapter Parse(string text)
    {
        var equals = text.LastIndexOf('=');
        if (equals < 0 || Directory.Exists(text))
            return new WeightedAdapter(text);
        if (!double.TryParse(text.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) || !double.IsFinite(weight))
            throw new UsageException($"--adapter {text}: '{text[(equals + 1)..]}' is no number. Write --adapter FOLDER=0.5.");
        return weight == 0
            ? throw new UsageException($"--adapter {text}: at weight 0 it changes nothing. Leave it out.")
            : new WeightedAdapter(text[..equals], weight);
    }
}
