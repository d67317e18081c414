using System.Text.Json.Nodes;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Deciding;

namespace Loragate.Governance.Publication;

/// <summary>Where a decision differs from the same one made again, whatever is in it, but for the sentences of its rules and the name of a reason that an earlier version called otherwise.</summary>
internal static class DecisionDifference
{
    private const string Rules = "rules";
    private const string Verdict = "verdict";
    private const string Sentence = "summary";
    private const string Cause = "reason";

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

    /// <summary>The reasons that the decision names as an earlier version did, each in a sentence of what is not proved of it.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="again">The one made again, of the same rules.</param>
    public static IEnumerable<string> Renamed(Decision decision, Decision again) => decision.Rules.Zip(again.Rules)
        .Where(pair => Reason.IsEarlierName(pair.First.Reason, pair.Second.Reason))
        .Select(pair => $"that the reason of the rule '{pair.First.Id}' is '{pair.First.Reason}', as an earlier version of loragate named it: this one names it '{pair.Second.Reason}'");

    private static string? OfRule(RuleResult rule, RuleResult again, IReadOnlyList<string> members) => members.Count == 0 || (members is [Cause] && Reason.IsEarlierName(rule.Reason, again.Reason))
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
