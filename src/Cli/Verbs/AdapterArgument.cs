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
        return double.TryParse(text.AsSpan(equals + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && double.IsFinite(weight)
            ? new WeightedAdapter(text[..equals], weight)
            : throw new UsageException($"--adapter {text}: '{text[(equals + 1)..]}' is no number. Write --adapter FOLDER=0.5.");
    }
}
