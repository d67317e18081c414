using System.CommandLine;
using Loragate.Cli.Policies;
using Loragate.Governance.Keys;
using Loragate.Governance.Policies;
using Loragate.Governance.Policies.Comparing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate policy diff</c>: what changes with another policy, and what it would have blocked.</summary>
internal static class PolicyDiffVerb
{
    public static Command Create(Tool tool)
    {
        var (before, after) = (new Argument<string>("A") { Description = "The policy of today." }, new Argument<string>("B") { Description = "The policy of tomorrow." });
        var dossiers = new Argument<string[]>("DOSSIER") { Description = "Dossiers of past gates: each is verified, and decided again by both from its records.", Arity = ArgumentArity.ZeroOrMore };
        var trust = new TrustOptions();
        var vkey = new Option<string?>("--vkey") { Description = "The ledger's verifier key: the dossiers' proofs are checked against it.", HelpName = "FILE" };
        var json = CommonOptions.Json();
        return Verb.Create(tool, "diff", "Tells what changes between two policies, key by key, and what each decides from the evidence of past dossiers. With --trust the approvals and waivers in them are judged as well. Exit code 3: a dossier does not hold.",
            "loragate policy diff policies/default.yaml policies/strict.yaml dossiers/* --trust trust.yaml", [before, after, dossiers, .. trust.All, vkey, json], (parsed, cancellationToken) =>
            {
                var (a, b) = (Policy.ReadFile(parsed.GetValue(before)!), Policy.ReadFile(parsed.GetValue(after)!));
                var log = parsed.GetValue(vkey) is { } file ? LedgerVerifier.Read(file) : null;
                var trusted = trust.Read(parsed, tool.Clock);
                if (log is not null && trusted is null)
                    throw new UsageException("--vkey goes with --key, --roots or --trust: a dossier is verified whole or not at all.");
                var decider = new PolicyRedecision(a, b, trusted?.SignersAt(null), trusted?.Policy, log);
                var diff = new PolicyDiff(a.Identity, b.Identity, PolicyComparison.Changes(a, b), [.. (parsed.GetValue(dossiers) ?? []).Select(folder => decider.Decide(folder, cancellationToken))]);
                if (parsed.GetValue(json))
                    tool.Screen.Emit(diff.ToCanonicalJson());
                Show(tool, diff);
                return ExitCode.Done;
            });
    }

    private static void Show(Tool tool, PolicyDiff diff)
    {
        tool.Screen.Say($"{diff.Before.Name} {diff.Before.Version} → {diff.After.Name} {diff.After.Version}: {diff.Changes.Count} differences.");
        foreach (var change in diff.Changes)
            tool.Screen.Say($"  {change}");
        foreach (var dossier in diff.Dossiers)
        {
            tool.Screen.Say($"{dossier.Dossier}: {dossier.Adapter}, {(dossier.Signer is { } signer ? $"signed with {signer}" : "not signed: whoever could write there could have written anything")}; {dossier.Verdict.ToString().ToLowerInvariant()} by {dossier.Policy.Name} {dossier.Policy.Version} on {dossier.AsOf:yyyy-MM-dd}.");
            tool.Screen.Say($"  {diff.Before.Name} {diff.Before.Version}: {dossier.Before}");
            tool.Screen.Say($"  {diff.After.Name} {diff.After.Version}: {dossier.After}");
        }
        if (diff.Dossiers.Count > 0)
            tool.Screen.Say($"Of {diff.Dossiers.Count} dossiers the verdict changes in {diff.Dossiers.Count(dossier => dossier.Before.Verdict != dossier.After.Verdict)}.");
    }
}
