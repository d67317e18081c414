using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Cli.Verifying;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate waive</c>: a signed, dated exception from one rule.</summary>
internal static class WaiveVerb
{
    public static Command Create(Tool tool)
    {
        var dossier = new Option<string>("--dossier") { Description = "The dossier of a finished gate.", HelpName = "DIR", Required = true };
        var signing = new SignerOptions(isRequired: true, "Your private key");
        var rule = new Option<string?>("--rule") { Description = "The rule's id in the policy.", HelpName = "ID" };
        var reason = new Option<string?>("--reason") { Description = "Why, in one line.", HelpName = "TEXT" };
        var from = new Option<string?>("--from") { Description = "The first day, UTC; today unless told otherwise.", HelpName = "DAY" };
        var until = new Option<string?>("--until") { Description = "The last day, UTC, as 2026-01-31.", HelpName = "DAY" };
        var cosign = new Option<string?>("--cosign") { Description = "Instead of a new waiver: sign what this file, signed by somebody else, says.", HelpName = "FILE" };
        var trust = new GateTrustOptions();
        return Verb.Create(tool, "waive", "Verifies a dossier and signs a dated exception from one rule of its policy. It lifts the rule once enough people have signed and the gate runs again.",
            "loragate waive --dossier dossier --rule keeps-skill --reason \"Measured next week.\" --until 2026-01-31 --key risk.pem --trust trust.yaml",
            [dossier, .. signing.All, rule, reason, from, until, cosign, .. trust.All], (parsed, cancellationToken) =>
            {
                var isNew = parsed.GetValue(cosign) is null;
                if (isNew ? parsed.GetValue(rule) is null || parsed.GetValue(reason) is null || parsed.GetValue(until) is null : (parsed.GetValue(rule) ?? parsed.GetValue(reason) ?? parsed.GetValue(from) ?? parsed.GetValue(until)) is not null)
                    throw new UsageException("Give --rule, --reason and --until for a new waiver, or --cosign alone.");
                var days = (From: Day("--from", parsed.GetValue(from)) ?? DateOnly.FromDateTime(tool.Clock.GetUtcNow().UtcDateTime), Until: Day("--until", parsed.GetValue(until)));
                var (gate, policy) = trust.Read(parsed, tool.Clock);
                using var key = signing.Open(parsed, tool);
                var signer = signing.SignerOf(parsed, key);
                var folder = parsed.GetValue(dossier)!;
                using var held = SealedDossier.Lock(folder);
                if (SealedDossier.Read(tool, folder, gate, policy, cancellationToken) is not { } decision)
                    return ExitCode.Integrity;
                var waiver = isNew
                    ? new Waiver(parsed.GetValue(rule)!, decision.Policy.Digest, decision.Adapter.Digest, parsed.GetValue(reason)!, days.From, days.Until!.Value)
                    : ReadSigned(parsed.GetValue(cosign)!, decision);
                Check(waiver, decision);
                var statement = waiver.ToStatement(decision.Adapter);
                var file = EndorsementFiles.WaiverFile(Digest.Of(statement.ToBytes()), signer.Key.Public.Hint);
                SealedDossier.Add(folder, file, statement, signer);
                tool.Screen.Say($"Signed as {file}: the rule '{waiver.Rule}' is waived for {decision.Adapter.Name} from {waiver.From:yyyy-MM-dd} until {waiver.Until:yyyy-MM-dd}: {waiver.Reason}");
                tool.Screen.Say($"Others sign the same with --cosign {Path.Combine(folder, file)}. It counts once the gate runs again.");
                return ExitCode.Done;
            });
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

    private static void Check(Waiver waiver, Decision decision)
    {
        if (waiver.Fault() is { } fault)
            throw new UsageException($"It cannot be signed: {fault}.");
        if (waiver.Policy != decision.Policy.Digest || waiver.Adapter != decision.Adapter.Digest)
            throw new UsageException("It would not count: the waiver is about another policy or adapter than the dossier's.");
        if (decision.Rules.All(rule => rule.Id != waiver.Rule))
            throw new UsageException($"It would not count: the policy '{decision.Policy.Name}' has no rule '{waiver.Rule}'; it has {string.Join(", ", decision.Rules.Select(rule => rule.Id))}.");
    }

    private static DateOnly? Day(string option, string? text) =>
        text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw new UsageException($"{option} {text}: write a day such as 2026-01-31.");
}
