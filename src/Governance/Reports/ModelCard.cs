using System.Globalization;
using System.Text;
using System.Text.Json;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports;

/// <summary>
/// A model card for the adapter's folder, made from the records: front matter as the Hugging Face Hub reads it (library, base model, metrics as a model
/// index), then what was decided, measured and not tested.
/// </summary>
public static class ModelCard
{
    /// <summary>Renders <c>README.md</c>, UTF-8. The bytes depend on the arguments alone.</summary>
    /// <param name="contents">The records.</param>
    /// <param name="language">The language of the text.</param>
    public static byte[] Render(ReportContents contents, ReportLanguage language)
    {
        ArgumentNullException.ThrowIfNull(contents);
        var text = ReportText.Load(language);
        var numbers = new ReportNumbers(text);
        var card = new StringBuilder();
        FrontMatter(card, contents);
        var verdict = contents.Decision.Verdict.ToString().ToLowerInvariant();
        card.Append(CultureInfo.InvariantCulture, $"# {Plain(contents.Decision.Adapter.Name)}\n\n");
        var by = text.Fill("card.by", ("policy", Plain(contents.Decision.Policy.Name)), ("version", Plain(contents.Decision.Policy.Version)), ("day", numbers.Day(contents.Decision.AsOf)));
        card.Append(text.Fill("card.verdict", ("verdict", text[$"verdict.{verdict}"]), ("headline", text[$"headline.{verdict}"]), ("by", by))).Append("\n\n");
        if (RevocationWords.Of(contents.Decision, text) is { } revoked)
            card.Append(CultureInfo.InvariantCulture, $"> {Plain(revoked)}\n\n");
        if (CautionWords.Of(contents, text) is { } caution)
            card.Append(CultureInfo.InvariantCulture, $"> {caution}\n\n");
        Waivers(card, new WaiverWords(contents, text, numbers));
        Measured(card, contents, text, numbers);
        Rules(card, contents, text, numbers);
        card.Append(CultureInfo.InvariantCulture, $"## {text["limits.heading"]}\n\n{text["limits.lead"]}\n\n");
        foreach (var limit in Sections.LimitsSection.Limits(contents, text))
            card.Append("- ").Append(Plain(limit)).Append('\n');
        card.Append(CultureInfo.InvariantCulture, $"\n## {text["card.verify"]}\n\n{text[contents.Signatures.Count == 0 ? "card.verify-text-unsigned" : "card.verify-text"]}\n\n| | SHA-256 |\n| --- | --- |\n| {text["decision.facts-digest"]} | `{contents.Decision.ComputeDigest().Hex}` |\n| {text["lineage.adapter"]} | `{contents.Decision.Adapter.Digest.Hex}` |\n");
        if (contents.Decision.Base is { } weights)
            card.Append(CultureInfo.InvariantCulture, $"| {text["lineage.base"]} | `{weights.Hex}` |\n");
        return Encoding.UTF8.GetBytes(card.ToString());
    }

    /// <summary>YAML whose strings are written as JSON, which YAML 1.2 takes as it is: no name can become markup.</summary>
    private static void FrontMatter(StringBuilder card, ReportContents contents)
    {
        card.Append("---\nlibrary_name: peft\n");
        if ((contents.Inspection.DeclaredBase ?? contents.Inspection.Base?.Name) is { } model)
            card.Append(CultureInfo.InvariantCulture, $"base_model: {Quoted(model)}\n");
        if (contents.Inspection.Licences.FirstOrDefault(licence => licence.Subject == "adapter")?.Id is { } licence)
            card.Append(CultureInfo.InvariantCulture, $"license: {Quoted(licence)}\n");
        card.Append(CultureInfo.InvariantCulture, $"tags:\n- {Quoted(contents.Inspection.PeftType.ToLowerInvariant())}\n- loragate\n");
        if (contents.CandidateEvaluations.Any(evaluation => evaluation.Report.Metrics.Count > 0))
        {
            card.Append(CultureInfo.InvariantCulture, $"metrics:\n{string.Concat(contents.CandidateEvaluations.SelectMany(evaluation => evaluation.Report.Metrics).Select(metric => metric.Name).Distinct(StringComparer.Ordinal).Select(name => $"- {Quoted(name)}\n"))}model-index:\n- name: {Quoted(contents.Decision.Adapter.Name)}\n  results:\n");
            foreach (var evaluation in contents.CandidateEvaluations.Where(evaluation => evaluation.Report.Metrics.Count > 0))
                card.Append(CultureInfo.InvariantCulture, $"  - task:\n      type: text-generation\n    dataset:\n      name: {Quoted(evaluation.Report.Task.Name)}\n      type: {Quoted(evaluation.Report.Task.Name)}\n      revision: {Quoted(evaluation.Report.Task.DataDigest.Hex)}\n    metrics:\n{string.Concat(evaluation.Report.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"    - type: {Quoted(metric.Name)}\n      value: {metric.Value:R}\n")))}");
        }
        card.Append("---\n\n");
    }

    private static void Waivers(StringBuilder card, WaiverWords waivers)
    {
        if (waivers.Title is not { } title)
            return;
        card.Append(CultureInfo.InvariantCulture, $"{title}\n\n");
        foreach (var (_, told) in waivers.All())
            card.Append("- ").Append(Plain(told)).Append('\n');
        card.Append('\n');
    }

    private static void Measured(StringBuilder card, ReportContents contents, ReportText text, ReportNumbers numbers)
    {
        if (contents.CandidateEvaluations.Count == 0)
            return;
        var bases = contents.BaseEvaluations.ToDictionary(evaluation => evaluation.Task, StringComparer.Ordinal);
        string Value(Metric? metric) => metric is null ? text["report.none"] : numbers.Quantity(metric.Value, RuleWords.IsShare(metric.Name) ? QuantityKind.Share : QuantityKind.Raw);
        card.Append(CultureInfo.InvariantCulture, $"## {text["compare.values"]}\n\n| {text["comparison.task"]} | {text["comparison.metric"]} | {text["comparison.base"]} | {text["comparison.candidate"]} | {text["comparison.items"]} |\n| --- | --- | --- | --- | --- |\n");
        foreach (var evaluation in contents.CandidateEvaluations)
        {
            foreach (var metric in evaluation.Report.Metrics)
                card.Append(CultureInfo.InvariantCulture, $"| {Plain(evaluation.Task)} | {Plain(metric.Name)} | {Value(bases.GetValueOrDefault(evaluation.Task)?.Report.Metrics.FirstOrDefault(other => other.Name == metric.Name))} | {Value(metric)} | {ReportNumbers.Count(metric.Items)} |\n");
        }
        card.Append('\n');
    }

    private static void Rules(StringBuilder card, ReportContents contents, ReportText text, ReportNumbers numbers)
    {
        var words = new RuleWords(text, numbers);
        card.Append(CultureInfo.InvariantCulture, $"## {text["rules.heading"]}\n\n| {text["rules.rule"]} | {text["rules.outcome"]} | {text["rules.measured"]} | {text["rules.threshold"]} |\n| --- | --- | --- | --- |\n");
        foreach (var rule in contents.Decision.Rules)
            card.Append(CultureInfo.InvariantCulture, $"| {text.Fill("card.check", ("check", Plain(words.Check(rule))), ("rule", $"`{Plain(rule.Id)}`"))} | {words.Outcome(rule)} | {words.Measured(rule).Replace("\n", text["report.space"], StringComparison.Ordinal)} | {words.Threshold(rule, contents.Policy)} |\n");
        card.Append('\n');
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    /// <summary>Foreign text that is neither markup nor the end of a table's cell.</summary>
    private static string Plain(string text) => string.Concat(Legible.Text(text, static _ => true).Select(c => "\\`*_{}[]<>|#!".Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));
}
