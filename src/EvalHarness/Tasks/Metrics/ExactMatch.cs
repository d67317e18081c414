using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Text;

namespace Loragate.EvalHarness.Tasks.Metrics;

/// <summary>Equality of texts after what is to be ignored was removed from both, in this order: patterns, case, punctuation, digits.</summary>
internal sealed class ExactMatch : TextMetric
{
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    private readonly IReadOnlyList<PythonRegex> _patterns;
    private readonly bool _case;
    private readonly bool _punctuation;
    private readonly bool _numbers;

    private ExactMatch(TaskKeys keys)
    {
        var place = keys.Fault("regexes_to_ignore", "").Place;
        _patterns = [.. (keys.Texts("regexes_to_ignore") ?? []).Select(pattern => PythonRegex.Compile(pattern, place))];
        _case = keys.Flag("ignore_case", absent: false);
        _punctuation = keys.Flag("ignore_punctuation", absent: false);
        _numbers = keys.Flag("ignore_numbers", absent: false);
    }

    /// <summary>Reads the options from a metric's entry.</summary>
    public static ExactMatch Parse(TaskKeys keys) => new(keys);

    /// <inheritdoc/>
    protected override double Score(string text, string reference) => Reduce(reference) == Reduce(text) ? 1 : 0;

    private string Reduce(string text)
    {
        foreach (var pattern in _patterns)
            text = pattern.Substitute(text, "");
        if (_case)
            text = Casing.Lower(text);
        if (_punctuation)
            text = string.Concat(text.Where(static c => !Punctuation.Contains(c, StringComparison.Ordinal)));
        return _numbers ? string.Concat(text.Where(static c => !char.IsAsciiDigit(c))) : text;
    }
}
