using System.CommandLine;
using Loragate.Cli.Verifying;
using Loragate.Governance.Approvals;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate verify</c>: a signed folder, a release, a whole dossier, or a report by itself.</summary>
internal static class VerifyVerb
{
    public static Command Create(Tool tool)
    {
        var folder = new Argument<string>("FOLDER|RELEASE|DOSSIER|REPORT.pdf") { Description = "What to verify." };
        var signature = new Option<string?>("--signature") { Description = "The folder's signature, or what 'train --key' signed about it; model.sig beside it unless told otherwise.", HelpName = "FILE" };
        var trust = new TrustOptions();
        var vkey = new Option<string?>("--vkey") { Description = "The ledger's verifier key: the proofs of a release or dossier are checked against it.", HelpName = "FILE" };
        var proof = LedgerOptions.WitnessedProof();
        var adapter = new Option<string?>("--adapter") { Description = "The adapter's folder: the verdict must be about exactly this.", HelpName = "FOLDER" };
        var policy = new Option<string?>("--policy") { Description = "The policy: the verdict must be by exactly this, with the task files that it names.", HelpName = "FILE" };
        var data = new Option<string?>("--data") { Description = "With --policy: the folder that data files of tasks are relative to; what was measured must be exactly this data.", HelpName = "DIR" };
        var timestamp = new TimestampOptions();
        var compat = new Option<bool>("--compat") { Description = "Of a signed folder, say also what the reference implementation of OpenSSF Model Signing would say. It changes no verdict." };
        var json = CommonOptions.Json();
        return Verb.Create(tool, "verify", "Verifies a signed folder, a release, a dossier or a report, offline. The decision of a dossier or report is decided again from the evidence inside it. Exit code 3 names what does not hold.",
            "loragate verify dossier/release --key gate.pem.pub --vkey ledger.vkey", [folder, signature, .. trust.All, .. timestamp.All, vkey, proof, adapter, policy, data, compat, json], (parsed, cancellationToken) =>
            {
                var trusted = trust.Require(parsed, tool.Clock, "a signature alone says nothing.");
                var time = timestamp.Read(parsed, trusted, FolderVerifier.SignatureOf(parsed.GetValue(folder)!, parsed.GetValue(signature)));
                var log = parsed.GetValue(vkey) is { } file ? LedgerVerifier.Read(file) : null;
                if (parsed.GetValue(data) is not null && parsed.GetValue(policy) is null)
                    throw new UsageException("--data goes with --policy: the policy names the tasks that the data is of.");
                var expected = new ExpectedInputs(parsed.GetValue(adapter), parsed.GetValue(policy), parsed.GetValue(data));
                var logged = trusted.LoggedTime(log, key => FolderVerifier.LoggedTime(parsed.GetValue(folder)!, parsed.GetValue(signature), key, cancellationToken));

                // The earlier of the two: both prove that the signature existed by then.
                var signers = trusted.SignersAt(new[] { time.Proved?.Time, logged }.Min());
                var request = new VerifyRequest(parsed.GetValue(folder)!, parsed.GetValue(signature), signers, log, expected) { People = trusted.Policy, Time = time, Logged = logged, Asked = DateOnly.FromDateTime(trusted.Asked.UtcDateTime), WitnessedProof = parsed.GetValue(proof), AsksReference = parsed.GetValue(compat) };
                var result = FolderVerifier.Verify(request, cancellationToken);
                if (request.AsksReference && result.Kind != "folder")
                    throw new UsageException("--compat goes with a signed folder: the reference implementation knows no releases and dossiers.");
                if (parsed.GetValue(json))
                    tool.Screen.Emit(result.ToCanonicalJson());
                Show(tool, result, parsed.GetValue(folder)!);
                return result.Holds ? ExitCode.Done : ExitCode.Integrity;
            });
    }

    private static void Show(Tool tool, Verification result, string path)
    {
        foreach (var finding in result.Findings)
            tool.Screen.Say($"Does not hold: {finding}");
        if (result.Reference is { } reference)
            tool.Screen.Say($"{reference.Implementation} {(reference.Accepts ? "accepts it" : $"refuses it: {reference.Why}")}{(reference.AcceptsWith is { } options ? $"; with {string.Join(" or ", options)} it accepts it" : "")}.");
        if (!result.Holds)
            return;
        tool.Screen.Say($"Verified: the {result.Kind} {path} holds, signed with {result.Signer}{(result.Ledger is null ? "" : $" and logged in '{result.Ledger}'")}.");
        if (result.Judgement is { } judgement)
            Show(tool, judgement, result.Lifted);
        foreach (var sentence in result.Proved)
            tool.Screen.Say($"Proved: {sentence}.");
        foreach (var sentence in result.NotProved)
            tool.Screen.Say($"Not proved: {sentence}.");
    }

    private static void Show(Tool tool, Judgement judgement, IReadOnlyList<LiftedRule>? lifted)
    {
        tool.Screen.Say($"{judgement.Verdict}: {judgement.Adapter}, SHA-256 {judgement.AdapterDigest}, on {judgement.AsOf:yyyy-MM-dd}.");
        LiftedRules.Tell(tool, lifted);
        if (judgement.Base is { } weights)
            tool.Screen.Say($"  base weights {weights}");
        tool.Screen.Say($"  policy {judgement.Policy.Name} {judgement.Policy.Version}, SHA-256 {judgement.Policy.Digest}");
        foreach (var task in judgement.Tasks)
            tool.Screen.Say($"  {task.Name}: task {task.TaskDigest}, data {task.DataDigest}{(task.Pinned ? " (pinned by the policy)" : "")}");
    }
}
