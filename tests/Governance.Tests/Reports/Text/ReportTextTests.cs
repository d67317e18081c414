using System.Text.RegularExpressions;
using Loragate.Governance.Deciding;

namespace Loragate.Governance.Reports.Text;

public sealed partial class ReportTextTests
{
    private static readonly ReportText English = ReportText.Load(ReportLanguage.English);
    private static readonly ReportText Japanese = ReportText.Load(ReportLanguage.Japanese);

    [Fact]
    public void Both_languages_have_the_same_texts_with_the_same_placeholders()
    {
        Assert.Equal(English.Keys.Order(StringComparer.Ordinal), Japanese.Keys.Order(StringComparer.Ordinal));
        Assert.All(English.Keys, key => Assert.Equal(Placeholders(English[key]), Placeholders(Japanese[key])));
    }

    [Fact]
    public void Every_reason_of_a_rule_has_a_sentence() =>
        Assert.All(typeof(Reason).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!), reason => Assert.Contains($"reason.{reason}", English.Keys));

    [Fact]
    public void A_value_is_never_read_as_a_placeholder() =>
        Assert.Equal("Page {count} of 3", English.Fill("report.page", ("page", "{count}"), ("count", "3")));

    [Fact]
    public void A_missing_value_is_a_bug() =>
        Assert.Throws<InvalidOperationException>(() => English.Fill("report.page", ("page", "1")));

    [Fact]
    public void Japanese_sentences_use_full_width_punctuation() =>
        Assert.All(Japanese.Keys.Where(key => !key.StartsWith("verify.", StringComparison.Ordinal)), key => Assert.DoesNotMatch(@"[ぁ-んァ-ヶ一-龠][,.:;!?()]", Japanese[key]));

    [Fact]
    public void Japanese_readers_are_told_of_test_questions_and_hash_values_not_of_tasks_and_digests() =>
        Assert.All(Japanese.Keys, key => Assert.DoesNotMatch("タスク|ダイジェスト", Japanese[key]));

    private static IEnumerable<string> Placeholders(string text) => Pattern().Matches(text).Select(match => match.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{[a-z]+\}")]
    private static partial Regex Pattern();
}
