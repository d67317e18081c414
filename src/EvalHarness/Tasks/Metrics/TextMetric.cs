using Loragate.EvalHarness.Tasks.Yaml;

namespace Loragate.EvalHarness.Tasks.Metrics;

/// <summary>How near a generated text comes to what was expected.</summary>
internal abstract class TextMetric
{
    /// <summary>The names of all text metrics.</summary>
    public static IReadOnlyList<string> Names { get; } = ["exact_match", "nfkc_exact_match", "char_f1"];

    /// <summary>Reads a metric's options from its entry.</summary>
    public static TextMetric Parse(string name, TaskKeys keys) => name switch
    {
        "nfkc_exact_match" => new NfkcExactMatch(),
        "char_f1" => new CharacterF1(),
        _ => ExactMatch.Parse(keys),
    };

    /// <summary>A metric with the options that it has by default.</summary>
    public static TextMetric Default(string name) => Parse(name, new TaskKeys(new Dictionary<string, YamlNode>(), ""));

    /// <summary>0 to 1 against the reference that the text comes nearest to; 0 where there is none.</summary>
    public double Score(string text, IReadOnlyList<string> references) => references.Select(reference => Score(text, reference)).DefaultIfEmpty().Max();

    /// <summary>0 to 1.</summary>
    protected abstract double Score(string text, string reference);
}
