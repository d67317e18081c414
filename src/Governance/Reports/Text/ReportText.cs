using Loragate.Artifacts.Json;

namespace Loragate.Governance.Reports.Text;

/// <summary>The sentences of a report in one language, read from the resource files beside this class.</summary>
internal sealed class ReportText
{
    private readonly Dictionary<string, string> _texts;

    private ReportText(ReportLanguage language, Dictionary<string, string> texts)
    {
        Language = language;
        _texts = texts;
    }

    /// <summary>The language.</summary>
    public ReportLanguage Language { get; }

    /// <summary>Every key, for the test that compares the languages.</summary>
    public IReadOnlyCollection<string> Keys => _texts.Keys;

    /// <summary>The text with this key; its absence is a bug.</summary>
    public string this[string key] => _texts.TryGetValue(key, out var text) ? text : throw new InvalidOperationException($"The text '{key}' is missing.");

    /// <summary>The texts of a language.</summary>
    public static ReportText Load(ReportLanguage language)
    {
        var file = language switch
        {
            ReportLanguage.English => "en.json",
            ReportLanguage.Japanese => "ja.json",
            _ => throw new ArgumentOutOfRangeException(nameof(language)),
        };
        using var document = StrictJson.Parse(Resource(file), file);
        return new ReportText(language, document.RootElement.EnumerateObject().ToDictionary(text => text.Name, text => text.Value.GetString()!));
    }

    /// <summary>The text with this key, or null where the table has none.</summary>
    public string? Find(string key) => _texts.GetValueOrDefault(key);

    /// <summary>The text with its {placeholders} filled; values are never scanned for placeholders themselves.</summary>
    public string Fill(string key, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var filled = new Dictionary<string, string>();
        foreach (var (name, value) in values)
            filled[name] = value;
        return Template.Of(this[key]).Fill(name => filled.TryGetValue(name, out var value)
            ? value
            : throw new InvalidOperationException($"The text '{key}' wants a value for {{{name}}}."));
    }

    /// <summary>The bytes of a resource file beside this class.</summary>
    internal static byte[] Resource(string file)
    {
        using var stream = typeof(ReportText).Assembly.GetManifestResourceStream($"Loragate.Governance.Reports.{file}")
            ?? throw new InvalidOperationException($"The texts {file} are not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
