using System.Text.Json.Nodes;
using Loragate.Artifacts.Records.Deciding;

namespace Loragate.Governance.Publication;

/// <summary>Where a decision differs from the same one made again, whatever is in it, but for the sentences of its rules: another version may word them otherwise.</summary>
internal static class DecisionDifference
{
    private const string Rules = "rules";
    private const string Verdict = "verdict";
    private const string Sentence = "summary";

    /// <summary>Each difference in a sentence; none where all is the same.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="again">The one made again.</param>
    public static IReadOnlyList<string> Of(Decision decision, Decision again)
    {
        if (!decision.Rules.Select(rule => rule.Id).SequenceEqual(again.Rules.Select(rule => rule.Id), StringComparer.Ordinal))
            return [$"the decision judges other rules than its policy has: {Names(decision)} where the policy has {Names(again)}"];
        var (told, made) = (JsonNode.Parse(decision.ToCanonicalJson())!.AsObject(), JsonNode.Parse(again.ToCanonicalJson())!.AsObject());
        return
        [
            .. decision.Rules.Zip(again.Rules).Index().Select(pair => OfRule(pair.Item.First, pair.Item.Second, Members(told[Rules]![pair.Index]!, made[Rules]![pair.Index]!, Sentence))).OfType<string>(),
            .. again.Verdict == decision.Verdict ? Array.Empty<string>() : [$"the evidence inside gives '{again.Verdict}', the decision says '{decision.Verdict}'"],
            .. Members(told, made, Rules, Verdict).Select(member => $"'{member}' comes out otherwise from the evidence inside"),
        ];
    }

    private static string? OfRule(RuleResult rule, RuleResult again, IReadOnlyList<string> members) => members.Count == 0
        ? null
        : $"the rule '{rule.Id}' comes out otherwise from the evidence inside ('{again.Outcome}', the decision says '{rule.Outcome}'), in: {string.Join(", ", members)}";

    private static IReadOnlyList<string> Members(JsonNode told, JsonNode made, params string[] except) =>
    [
        .. told.AsObject().Select(member => member.Key).Union(made.AsObject().Select(member => member.Key), StringComparer.Ordinal)
            .Where(name => !except.Contains(name, StringComparer.Ordinal) && !JsonNode.DeepEquals(told[name], made[name]))
            .Order(StringComparer.Ordinal),
    ];

    private static string Names(Decision decision) => string.Join(", ", decision.Rules.Select(rule => $"'{rule.Id}'"));
}
