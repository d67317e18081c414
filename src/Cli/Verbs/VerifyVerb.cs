using System.CommandLine;
using Loragate.Cli.Verifying;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate verify</c>: a signed folder, a release, or a whole dossier.</summary>
internal static class VerifyVerb
{
    public static Command Create(Tool tool)
    {
        var folder = new Argument<string>("FOLDER|RELEASE|DOSSIER") { Description = "What to verify." };
        var signature = new Option<string?>("--signature") { Description = "The folder's signature; model.sig beside it unless told otherwise.", HelpName = "FILE" };
        var trust = new TrustOptions();
        var vkey = new Option<string?>("--vkey") { Description = "The ledger's verifier key: the proofs of a release or dossier are checked against it.", HelpName = "FILE" };
        var json = CommonOptions.Json();
        return Verb.Create(tool, "verify", "Verifies a signed folder, a release or a dossier, offline. Exit code 3 names what does not hold.",
            "loragate verify dossier/release --key gate.pem.pub --vkey ledger.vkey", [folder, signature, .. trust.All, vkey, json], (parsed, cancellationToken) =>
            {
                var trusted = trust.Read(parsed, tool.Clock) ?? throw new UsageException("Whom to trust? Give --key PUBLIC.pem, or --roots CA.pem.");
                var log = parsed.GetValue(vkey) is { } file ? LedgerVerifier.Read(file) : null;
                var result = FolderVerifier.Verify(new VerifyRequest(parsed.GetValue(folder)!, parsed.GetValue(signature), trusted, log), cancellationToken);
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
        if (!result.Holds)
            return;
        tool.Screen.Say($"Verified: the {result.Kind} {path} holds, signed with {result.Signer}{(result.Ledger is null ? "" : $" and logged in '{result.Ledger}'")}.");
        if (result is { Policy: { } policy, Verdict: { } verdict })
            tool.Screen.Say($"{verdict} by policy {policy.Name} {policy.Version}, SHA-256 {policy.Digest}.");
        foreach (var sentence in result.Proved)
            tool.Screen.Say($"Proved: {sentence}.");
        foreach (var sentence in result.NotProved)
            tool.Screen.Say($"Not proved: {sentence}.");
    }
}
