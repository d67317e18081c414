using System.CommandLine;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Keys;
using Loragate.Governance.Publication;
using Loragate.Governance.Signing;
using Loragate.MergeEngine;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate verify</c>: a signed folder, a release, or a whole dossier.</summary>
internal static class VerifyVerb
{
    public static Command Create(Tool tool)
    {
        var folder = new Argument<string>("FOLDER|RELEASE|DOSSIER") { Description = "What to verify." };
        var signature = new Option<string?>("--signature") { Description = "The folder's signature; model.sig beside it unless told otherwise.", HelpName = "FILE" };
        var key = new Option<string>("--key") { Description = "The public key that is trusted (PEM).", HelpName = "PUBLIC.pem", Required = true };
        var vkey = new Option<string?>("--vkey") { Description = "The ledger's verifier key: a release's proof is checked against it.", HelpName = "FILE" };
        return Verb.Create(tool, "verify", "Verifies a signed folder, a release or a dossier, offline. Exit code 3 names what does not hold.",
            "loragate verify dossier/release --key gate.pem.pub --vkey ledger.vkey", [folder, signature, key, vkey], (parsed, cancellationToken) =>
            {
                var path = parsed.GetValue(folder)!;
                var trusted = VerificationKey.Read(parsed.GetValue(key)!);
                var log = parsed.GetValue(vkey) is { } file ? LedgerVerifier.Read(file) : null;
                var (kind, findings) = Verify(path, parsed.GetValue(signature), trusted, log, cancellationToken);
                foreach (var finding in findings)
                    tool.Screen.Say($"Does not hold: {finding}");
                if (findings.Count > 0)
                    return ExitCode.Integrity;
                if (log is null && File.Exists(Path.Combine(path, ReleaseLayout.Proof)))
                    tool.Screen.Say($"Note: {ReleaseLayout.Proof} was not checked, and with it no file outside {ReleaseLayout.Adapter}/ but the verdict. Give the ledger's key with --vkey FILE.");
                tool.Screen.Say($"Verified: {kind} {path} holds, signed with key {trusted.Hint.Abbreviated}{(log is null ? "" : $" and logged in '{log.Name}'")}.");
                return ExitCode.Done;
            });
    }

    private static (string Kind, IReadOnlyList<VerificationFinding> Findings) Verify(string path, string? signature, VerificationKey key, LedgerVerifier? log, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
            throw new UsageException($"{path}: no such folder.");
        if (signature is null && ReleaseVerifier.IsRelease(path))
            return ("the release", ReleaseVerifier.Verify(path, key, log, cancellationToken));
        if (signature is null && IsDossier(path))
            return ("the dossier", VerifyDossier(path, key, log, cancellationToken));
        var bundle = signature ?? ModelSignature.Beside(path);
        if (!File.Exists(bundle))
            throw new UsageException($"{bundle}: no such signature. Name it with --signature FILE.");
        if (log is not null)
            throw new UsageException("--vkey goes with a release or a dossier: a signed folder carries no ledger proof.");
        return ("the folder", OmsVerifier.Verify(path, File.ReadAllBytes(bundle), key, bundle, cancellationToken).Findings);
    }

    /// <summary>Whether a folder is a dossier, be it one that lost some of its files.</summary>
    private static bool IsDossier(string path) =>
        new[] { Dossier.RunFile, Dossier.DecisionFile, DossierSeal.FileName }.Any(file => File.Exists(Path.Combine(path, file)));

    private static List<VerificationFinding> VerifyDossier(string path, VerificationKey key, LedgerVerifier? log, CancellationToken cancellationToken)
    {
        List<VerificationFinding> findings = [.. DossierSeal.Verify(path, key, cancellationToken)];
        if (log is not null)
            findings.AddRange(DossierProofs.Verify(path, log));
        var release = Path.Combine(path, "release");
        if (Directory.Exists(release))
            findings.AddRange(ReleaseVerifier.Verify(release, key, log, cancellationToken));
        var (merged, receipt) = (Path.Combine(path, DossierSeal.MergedFolder), Path.Combine(path, Dossier.ReceiptFile));
        if (findings.Count == 0 && Directory.Exists(merged) && File.Exists(receipt)
            && ReceiptVerifier.OutputFault(Record.ReadFile<MergeReceipt>(receipt), merged, Tool.Threads, cancellationToken) is { } fault)
            findings.Add(new VerificationFinding(SignatureFault.ChangedFile, DossierSeal.MergedFolder, fault));
        return findings;
    }
}
