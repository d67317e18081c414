using System.Text.Json;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.Governance.Reports.Text;

/// <summary>
/// Says an inspection's findings in the report's language. Records hold English sentences, which stay the evidence: the table beside this class knows
/// their patterns and says the same, with the same values, in another language. A sentence that it does not know is quoted as it is.
/// </summary>
internal sealed class FindingWords(ReportText text)
{
    private static readonly Table Japanese = Table.Read("findings-ja.json");
    private readonly Table? _table = text.Language == ReportLanguage.Japanese ? Japanese : null;

    /// <summary>What was found.</summary>
    public string Message(Finding finding) => Sentence(finding.Message);

    /// <summary>What to do.</summary>
    public string Advice(Finding finding) => Sentence(finding.Advice);

    /// <summary>Where: a file, tensor or setting is named as it is.</summary>
    public string Place(Finding finding) => _table?.Place(finding.Where) ?? finding.Where;

    /// <summary>A sentence of a finding, if the table knows it.</summary>
    public string? Find(string sentence) => _table is null ? sentence : _table.Sentence(sentence);

    /// <summary>A reason as it stands inside sentences, if the table knows it.</summary>
    public string? FindReason(string reason) => _table is null ? reason : _table.Reason(reason);

    private string Sentence(string sentence) => Find(sentence) ?? text.Fill("finding.original", ("sentence", sentence));

    private sealed class Table
    {
        private const string ListSeparator = "; ";
        private readonly IReadOnlyList<Phrase> _sentences;
        private readonly IReadOnlyList<Phrase> _places;
        private readonly Dictionary<string, string> _reasons;
        private readonly Dictionary<string, string> _subjects;

        private Table(JsonElement root)
        {
            _sentences = Phrases(root.GetProperty("sentences"));
            _places = Phrases(root.GetProperty("places"));
            _reasons = Words(root.GetProperty("reasons"));
            _subjects = Words(root.GetProperty("subjects"));
        }

        public static Table Read(string file)
        {
            using var document = StrictJson.Parse(ReportText.Resource(file), file);
            return new Table(document.RootElement);
        }

        public string? Sentence(string sentence) => Say(_sentences, sentence);

        public string? Place(string place) => Say(_places, place);

        public string? Reason(string reason) => _reasons.GetValueOrDefault(reason);

        private string? Say(IReadOnlyList<Phrase> phrases, string original) =>
            phrases.Select(phrase => phrase.Translate(original, Value)).FirstOrDefault(said => said is not null);

        private string? Value(string gap, string value) => gap switch
        {
            "reason" => Reason(value),
            "reasons" => Reasons(value, '、'),
            "differences" => Reasons(value, '。'),
            "quoted" => value.Replace("', '", "」「", StringComparison.Ordinal),
            "subject" => _subjects.GetValueOrDefault(value),
            _ => value,
        };

        private string? Reasons(string list, char separator) =>
            list.Split(ListSeparator).Select(Reason).ToArray() is var said && said.Contains(null) ? null : string.Join(separator, said);

        private static Dictionary<string, string> Words(JsonElement section) =>
            section.EnumerateObject().ToDictionary(word => word.Name, word => word.Value.GetString()!, StringComparer.Ordinal);

        private static IReadOnlyList<Phrase> Phrases(JsonElement section) =>
            [.. section.EnumerateObject().Select(phrase => new Phrase(phrase.Name, phrase.Value.GetString()!)).OrderByDescending(phrase => phrase.Weight)];
    }
}
