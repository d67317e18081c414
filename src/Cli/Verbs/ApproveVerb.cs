using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Cli.Verifying;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate approve</c>: a person's signed word on what a gate judged.</summary>
internal static class ApproveVerb
{
    public static Command Create(Tool tool)
    {
        var dossier = new Option<string>("--dossier") { Description = "The dossier of a finished gate.", HelpName = "DIR", Required = true };
        var signing = new SignerOptions(isRequired: true, "Your private key");
        var role = new Option<string>("--role") { Description = "The role in which you sign, \"reviewer\" …", HelpName = "ROLE", Required = true };
        var refuse = new Option<bool>("--refuse") { Description = "Sign that the adapter may not be released." };
        var note = new Option<string>("--note") { Description = "A line for the report.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        var trust = new GateTrustOptions();
        return Verb.Create(tool, "approve", "Verifies a dossier, shows what was judged, and signs that it may, or may not, be released. It counts once the gate runs again.",
            "loragate approve --dossier dossier --key reviewer.pem --role reviewer --trust trust.yaml", [dossier, .. signing.All, role, refuse, note, .. trust.All], (parsed, cancellationToken) =>
            {
                if ((PlainWords.RoleFault(parsed.GetValue(role)!) ?? PlainWords.Fault(parsed.GetValue(note)!)) is { } fault)
                    throw new UsageException($"--role and --note: {fault}.");
                var (gate, policy) = trust.Read(parsed, tool.Clock);
                using var key = signing.Open(parsed, tool);
                var signer = signing.SignerOf(parsed, key);
                using var held = SealedDossier.Lock(parsed.GetValue(dossier)!);
                if (SealedDossier.Read(tool, parsed.GetValue(dossier)!, gate, policy, cancellationToken) is not { } decision)
                    return ExitCode.Integrity;
                var approval = Approval.Of(decision, parsed.GetValue(role)!, parsed.GetValue(refuse) ? ApprovalOutcome.Refused : ApprovalOutcome.Approved, parsed.GetValue(note)!);
                CheckCounts(tool, policy, signer, approval, decision);
                Show(tool, decision);
                var statement = approval.ToStatement(decision.Adapter);
                var file = EndorsementFiles.ApprovalFile(signer.Key.Public.Hint, approval.Role, Digest.Of(statement.ToBytes()));
                SealedDossier.Add(parsed.GetValue(dossier)!, file, statement, signer);
                tool.Screen.Say($"Signed: {(approval.Outcome == ApprovalOutcome.Approved ? "approved" : "refused")} in the role {approval.Role}, as {file}. It counts once the gate runs again.");
                return ExitCode.Done;
            });
    }

    /// <summary>With a trust policy, what would not count is not signed.</summary>
    private static void CheckCounts(Tool tool, TrustPolicy? policy, Signer signer, Approval approval, Decision decision)
    {
        if (policy is null)
            return;
        if (policy.FaultOf(signer, approval.Role, tool.Clock.GetUtcNow()) is { } fault)
            throw new UsageException($"It would not count: {fault}.");
        if (decision.Quorum?.Any(demand => demand.Role == approval.Role) is not true)
            throw new UsageException($"It would not count: the policy '{decision.Policy.Name}' asks for nobody in the role '{approval.Role}'.");
        if (approval.Outcome == ApprovalOutcome.Approved && policy.Find(signer, tool.Clock.GetUtcNow()) is { } who && decision.Authors!.Contains(who))
            tool.Screen.Say($"Note: '{who}' is an author of this adapter; where the policy excludes authors, this will not count.");
    }

    private static void Show(Tool tool, Decision decision)
    {
        tool.Screen.Say($"{decision.Verdict}: {decision.Adapter.Name}, SHA-256 {decision.Adapter.Digest}, by policy {decision.Policy.Name} {decision.Policy.Version} on {decision.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.");
        foreach (var rule in decision.Rules)
            tool.Screen.Say($"  {rule.Outcome} {rule.Id}: {rule.Summary}");
    }
}
