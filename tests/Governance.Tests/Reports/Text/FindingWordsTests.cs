using System.Text.RegularExpressions;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Testing;

namespace Loragate.Governance.Reports.Text;

public sealed partial class FindingWordsTests
{
    private static readonly FindingWords Japanese = new(ReportText.Load(ReportLanguage.Japanese));
    private static readonly string Engine = Repository.PathTo("src", "MergeEngine");

    public static HashSet<string> Ids { get; } = [.. Row().Matches(File.ReadAllText(Repository.PathTo("docs", "findings.md"))).Select(row => row.Groups["id"].Value)];

    [Fact]
    public void Every_sentence_that_an_inspection_can_write_is_said_in_japanese()
    {
        var sentences = FindingSentences.OfFindings(Sources(Engine), Ids)
            .Concat(FindingSentences.AnswersOf("OfSetting", Path.Combine(Engine, "Planning", "Refusals.cs")))
            .Concat(FindingSentences.SetTo("Fault", Path.Combine(Engine, "Inspecting", "FrontMatter.cs")))
            .Concat(FindingSentences.GivenTo(["_warnings.Add"], 0, Repository.PathTo("src", "Artifacts", "Safetensors", "SafetensorsHeader.cs")))
            .Where(sentence => !HoldsReasons().IsMatch(sentence)).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(sentences.Count > 200, $"only {sentences.Count} sentences were seen");
        Assert.DoesNotContain(sentences, sentence => Japanese.Find(sentence) is null);
    }

    [Fact]
    public void Every_reason_inside_a_sentence_is_said_in_japanese()
    {
        var reasons = FindingSentences.AnswersOf("OfType", Path.Combine(Engine, "Planning", "Refusals.cs"))
            .Concat(FindingSentences.GivenTo(["Refuses", "RefusesUnlessRaised", "Differs", "Unknown"], 2, Path.Combine(Engine, "Inspecting", "Serving", "ServingRules.cs"))).Distinct(StringComparer.Ordinal).ToList();
        Assert.True(reasons.Count > 20, $"only {reasons.Count} reasons were seen");
        Assert.DoesNotContain(reasons, reason => Japanese.FindReason(reason) is null);
    }

    [Fact]
    public void Every_id_is_named_by_some_sentence_of_the_source() =>
        Assert.DoesNotContain(Ids, id => !Sources(Engine).Any(file => File.ReadAllText(file).Contains($"\"{id}\"", StringComparison.Ordinal)));

    [Theory]
    [InlineData("the update is 2.5 times the base weights", "更新の大きさが、元の重みの2.5倍です。")]
    [InlineData("B·A is [64, 8], the base tensor is [32, 8]", "B·Aの形状は[64, 8]ですが、元のモデルのテンソルは[32, 8]です。")]
    [InlineData("adapter: the model card says 'mit', the licence file reads like 'apache-2.0'", "モデルカードには「mit」と記載されていますが、ライセンスのファイルは「apache-2.0」の内容です（対象：アダプター）。")]
    [InlineData("the norm of row 5 is 0: DoRA cannot scale it", "行5のノルムが0であるため、DoRAの倍率を定められません。")]
    [InlineData("element 7 is NaN", "要素7の値がNaNです。")]
    [InlineData("would refuse this adapter: DoRA; modules_to_save", "このアダプターを受け付けません（理由：DoRA、modules_to_save）。")]
    [InlineData("would serve another model than this adapter was trained as: magnitudes are not applied; biases are not applied", "学習したものとは異なる動作のモデルとして提供されます。大きさのベクトルを適用しません。バイアス項を適用しません。")]
    [InlineData("not strict JSON ('x' is an invalid start of a value, at byte 1)", "JSONの書式に誤りがあります。")]
    [InlineData("the card says 'one', 'two', the config says 'three'", "モデルカードには「one」「two」、設定ファイルには「three」と記載されています。")]
    [InlineData("the base has no experts with a parameter '{reason}'", "元のモデルに、パラメーター「{reason}」を持つエキスパートがありません。")]
    public void A_sentence_keeps_its_values_and_no_english_about_them(string english, string japanese) => Assert.Equal(japanese, Japanese.Message(Finding(english)));

    [Fact]
    public void A_sentence_that_is_not_known_is_quoted_and_never_lost()
    {
        Assert.Equal("（点検記録の原文）cut in the mid…", Japanese.Message(Finding("cut in the mid…")));
        Assert.Equal("（点検記録の原文）would refuse this adapter: of moods", Japanese.Message(Finding("would refuse this adapter: of moods")));
    }

    [Fact]
    public void English_is_the_records_own() =>
        Assert.Equal("anything", new FindingWords(ReportText.Load(ReportLanguage.English)).Message(Finding("anything")));

    [Theory]
    [InlineData("config.json, key 'auto_map'", "config.jsonのキー「auto_map」")]
    [InlineData("17 more places", "ほか17か所")]
    [InlineData("model.layers.0.q_proj", "model.layers.0.q_proj")]
    [InlineData("base", "base")]
    [InlineData("dataset crows_pairs", "データセット crows_pairs")]
    public void A_place_is_named_as_it_is(string english, string japanese) => Assert.Equal(japanese, Japanese.Place(Finding("") with { Where = english }));

    private static Finding Finding(string message) => new("x", Severity.Warn, "", message, "");

    private static IEnumerable<string> Sources(string folder) =>
        Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"^\| `(?<id>[a-z-]+)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();

    /// <summary>Sentences around reasons, which are a table of their own.</summary>
    [GeneratedRegex("^(would (refuse|serve) .*: 7|nobody knows .*: 7|'7' 7|7: the model card .*)$")]
    private static partial Regex HoldsReasons();
}
