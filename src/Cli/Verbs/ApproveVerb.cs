using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Cli.Verifying;
using Loragate.Governance.Approvals;
using Loragate.Governance.Dossiers;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate approve</c>: a person's signed word on what a gate judged.</summary>
internal static class ApproveVerb
{
    public static Command Create(Tool tool)
    {
        var endorser = new EndorserOptions();
        var role = new Option<string>("--role") { Description = "The role in which you sign, \"reviewer\" …", HelpName = "ROLE", Required = true };
        var refuse = new Option<bool>("--refuse") { Description = "Sign that the adapter may not be released." };
        var note = new Option<string>("--note") { Description = "A line for the report.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        return Verb.Create(tool, "approve", "Verifies a dossier, shows what was judged, and signs that it may, or may not, be released. It counts once the gate runs again.",
            "loragate approve --dossier dossier --key reviewer.pem --role reviewer --trust trust.yaml", [.. endorser.All, role, refuse, note], (parsed, cancellationToken) =>
            {
                var (inRole, remark) = (parsed.GetValue(role)!, parsed.GetValue(note)!);
                if ((PlainWords.RoleFault(inRole) ?? PlainWords.Fault(remark)) is { } fault)
                    throw new UsageException($"--role and --note: {fault}.");
                var outcome = parsed.GetValue(refuse) ? ApprovalOutcome.Refused : ApprovalOutcome.Approved;
                return endorser.Run(parsed, tool, who => Sign(tool, who, Approval.Of(who.Decision, inRole, outcome, remark)), cancellationToken);
            });
    }

    private static void Sign(Tool tool, Endorser who, Approval approval)
    {
        CheckCounts(tool, who, approval);
        Show(tool, who.Decision);
        var statement = approval.ToStatement(who.Decision.Adapter);
        var file = EndorsementFiles.ApprovalFile(who.Signer.Key.Public.Hint, approval.Role, Digest.Of(statement.ToBytes()));
        var isNew = SealedDossier.Add(who.Folder, file, statement, who.Signer);
        tool.Screen.Say($"Signed{(isNew ? "" : " already, and nothing was added")}: {(approval.Outcome == ApprovalOutcome.Approved ? "approved" : "refused")} in the role {approval.Role}, as {file}.");
        var objection = who.Objection(barsAuthors: approval.Outcome == ApprovalOutcome.Approved && who.Decision.AuthorsMayApprove is not true, tool.Clock.GetUtcNow());
        tool.Screen.Say(objection is null
            ? $"It counts once the gate runs again{(approval.Outcome == ApprovalOutcome.Approved ? ", unless a release of this adapter was revoked after this decision: then let the gate decide anew first, and approve that" : "")}."
            : $"Note: it will not count: {objection}.");
    }

    /// <summary>With a trust policy, what would not count is not signed.</summary>
    private static void CheckCounts(Tool tool, Endorser who, Approval approval)
    {
        if (who.Trust is not { } policy)
            return;
        var decision = who.Decision;
        if (policy.FaultOf(who.Signer, approval.Role, tool.Clock.GetUtcNow()) is { } fault)
            throw new UsageException($"It would not count: {fault}.");
        if (decision.Quorum?.Any(demand => demand.Role == approval.Role) is not true)
            throw new UsageException($"It would not count: the policy '{decision.Policy.Name}' asks for nobody in the role '{approval.Role}'.");
    }

    private static void Show(Tool tool, Decision decision)
    {
        tool.Screen.Say($"{decision.Verdict}: {decision.Adapter.Name}, SHA-256 {decision.Adapter.Digest}, by policy {decision.Policy.Name} {decision.Policy.Version} on {decision.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}.");
        foreach (var rule in decision.Rules)
            tool.Screen.Say($"  {rule.Outcome} {rule.Id}: {rule.Summary}");
    }
}
