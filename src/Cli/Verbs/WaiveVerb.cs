using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Cli.Verifying;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Policies;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate waive</c>: a signed, dated exception from one rule.</summary>
internal static class WaiveVerb
{
    public static Command Create(Tool tool)
    {
        var endorser = new EndorserOptions();
        var rule = new Option<string?>("--rule") { Description = "The rule's id in the policy.", HelpName = "ID" };
        var reason = new Option<string?>("--reason") { Description = "Why, in one line.", HelpName = "TEXT" };
        var from = new Option<string?>("--from") { Description = "The first day, UTC; today unless told otherwise.", HelpName = "DAY" };
        var until = new Option<string?>("--until") { Description = "The last day, UTC, as 2026-01-31.", HelpName = "DAY" };
        var cosign = new Option<string?>("--cosign") { Description = "Instead of a new waiver: sign what this file, signed by somebody else, says.", HelpName = "FILE" };
        return Verb.Create(tool, "waive", "Verifies a dossier and signs a dated exception from one rule of its policy. It lifts the rule once enough people have signed and the gate runs again.",
            "loragate waive --dossier dossier --rule keeps-skill --reason \"Measured next week.\" --until 2026-01-31 --key risk.pem --trust trust.yaml",
            [.. endorser.All, rule, reason, from, until, cosign], (parsed, cancellationToken) =>
            {
                Action<Endorser> sign = (parsed.GetValue(rule), parsed.GetValue(reason), parsed.GetValue(from), parsed.GetValue(until), parsed.GetValue(cosign)) switch
                {
                    (null, null, null, null, { } file) => who => Sign(tool, who, ReadSigned(file, who.Decision)),
                    ({ } id, { } why, var first, { } last, null) => New(tool, id, why, Day("--from", first) ?? tool.Today, Day("--until", last)!.Value),
                    _ => throw new UsageException("Give --rule, --reason and --until for a new waiver, or --cosign alone."),
                };
                return endorser.Run(parsed, tool, sign, cancellationToken);
            });
    }

    private static Action<Endorser> New(Tool tool, string rule, string reason, DateOnly from, DateOnly until) =>
        who => Sign(tool, who, new Waiver(rule, who.Decision.Policy.Digest, who.Decision.Adapter.Digest, reason, from, until));

    private static void Sign(Tool tool, Endorser who, Waiver waiver)
    {
        CheckCounts(waiver, who, tool.Clock.GetUtcNow());
        var statement = waiver.ToStatement(who.Decision.Adapter);
        var file = EndorsementFiles.WaiverFile(Digest.Of(statement.ToBytes()), who.Signer.Key.Public.Hint);
        var isNew = SealedDossier.Add(who.Folder, file, statement, who.Signer);
        tool.Screen.Say($"Signed {(isNew ? "" : "already ")}as {file}: the rule '{waiver.Rule}' is waived for {who.Decision.Adapter.Name} from {waiver.From:yyyy-MM-dd} until {waiver.Until:yyyy-MM-dd}: {waiver.Reason}");
        tool.Screen.Say($"Others sign the same with --cosign {Path.Combine(who.Folder, file)}. It counts once the gate runs again.");
    }

    /// <summary>What a waiver that somebody else signed says; whose signature it bears is the gate's to judge.</summary>
    private static Waiver ReadSigned(string path, Decision decision)
    {
        if (new FileInfo(path) is not { Exists: true, Length: <= EndorsementFiles.MaxBytes })
            throw new DossierException(path, "no such file, or too long a one", "Give a file from the folder waivers of a dossier.");
        var payload = SigstoreBundle.Parse(File.ReadAllBytes(path), path).Envelope.Payload;
        var waiver = Waiver.Read(Statement.Parse(payload, path), path);
        return payload.Span.SequenceEqual(waiver.ToStatement(decision.Adapter).ToBytes())
            ? waiver
            : throw new DossierException(path, "a waiver of another adapter than the dossier's", "Give the dossier that the waiver was signed for.");
    }

    /// <summary>What would not count is not signed: the terms are those of the policy that lies in the dossier.</summary>
    private static void CheckCounts(Waiver waiver, Endorser who, DateTimeOffset now)
    {
        var decision = who.Decision;
        if (waiver.Fault() is { } fault)
            throw new UsageException($"It cannot be signed: {fault}.");
        if (waiver.Until < DateOnly.FromDateTime(now.UtcDateTime))
            throw new UsageException($"It would not count: its last day, {waiver.Until:yyyy-MM-dd}, is over.");
        if (waiver.Policy != decision.Policy.Digest || waiver.Adapter != decision.Adapter.Digest)
            throw new UsageException("It would not count: the waiver is about another policy or adapter than the dossier's.");
        if (decision.Rules.FirstOrDefault(rule => rule.Id == waiver.Rule) is not { } rule)
            throw new UsageException($"It would not count: the policy '{decision.Policy.Name}' has no rule '{waiver.Rule}'; it has {string.Join(", ", decision.Rules.Select(other => other.Id))}.");
        var policy = Policy.ReadFile(Path.Combine(who.Folder, Dossier.PolicyFile));
        if (policy.Digest != decision.Policy.Digest)
            throw new IntegrityException(Dossier.PolicyFile, $"SHA-256 is {policy.Digest}, the decision rests on {decision.Policy.Digest}");
        if (policy.RefusalOf(waiver) is { } refusal)
            throw new UsageException($"It would not count: {Words(refusal, policy.Waivers, rule, waiver)}.");
        var faults = policy.Waivers!.Roles.Select(role => who.Trust?.FaultOf(who.Signer, role, now)).ToList();
        if (faults.TrueForAll(fault => fault is not null))
            throw new UsageException($"It would not count: {faults[0]}.");
        if (who.Objection(barsAuthors: true, now) is { } objection)
            throw new UsageException($"It would not count: {objection}.");
    }

    private static string Words(WaiverState refusal, WaiverTerms? terms, RuleResult rule, Waiver waiver) => refusal switch
    {
        WaiverState.TooLong => $"it lasts {waiver.Days} days, and the policy allows {terms!.MaximumDays}",
        _ when terms is null => $"the policy lets nothing be waived, and so not '{rule.Id}' ({rule.Check})",
        _ => $"the policy does not let '{rule.Id}' ({rule.Check}) be waived, only {string.Join(", ", terms.Rules)}",
    };

    private static DateOnly? Day(string option, string? text) =>
        text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw new UsageException($"{option} {text}: write a day such as 2026-01-31.");
}
