using System.CommandLine;
using Loragate.Governance.Keys;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate report</c>: the audit report of a finished dossier in any of its forms, several dossiers side by side, or the releases of a ledger.</summary>
internal static class ReportVerb
{
    public static Command Create(Tool tool)
    {
        var dossiers = new Option<string[]>("--dossier") { Description = "The dossier of a finished gate; several give a page that compares them.", HelpName = "DIR" };
        var output = new Option<string>("--output") { Description = "What to write: FILE.pdf is the report, FILE.html the same as a web page, README.md a model card.", HelpName = "FILE", Required = true };
        var ledger = new Option<string?>("--ledger") { Description = "Instead: a page of all releases of this ledger, with the figures of the dossiers that are named. Takes --vkey, and --trust for whose revocations count.", HelpName = "DIR" };
        var language = LanguageOption.Create();
        var trust = new TrustOptions();
        var (signing, stamp) = (new ReportSigner(trust), new ReportStamp());
        var vkey = new Option<string?>("--vkey") { Description = "The ledger's verifier key: with --key, --roots or --trust a dossier's proofs are checked against it.", HelpName = "FILE" };
        return Verb.Create(tool, "report", "Renders the audit report of a dossier again, from its records alone: a PDF, a web page or a model card. With --key, --roots or --trust the dossier is verified first; without, the report says that nobody did. With a private key in --key the PDF is signed.",
            "loragate report --dossier dossier --output report.ja.pdf --lang ja --key gate.pem", [dossiers, output, ledger, language, .. trust.All, .. signing.Own, vkey, .. stamp.All], (parsed, cancellationToken) =>
            {
                var path = parsed.GetValue(output)!;
                if (stamp.IsAsked(parsed))
                    return stamp.Run(parsed, tool, path);
                var target = new ReportTarget(path, LanguageOption.Parse(parsed.GetValue(language)!), Once(parsed.GetValue(dossiers) ?? []));
                LedgerVerifier? Log() => parsed.GetValue(vkey) is { } file ? LedgerVerifier.Read(file) : null;
                if (parsed.GetValue(ledger) is { } folder)
                {
                    var log = Log() ?? throw new UsageException("--ledger wants --vkey: a ledger is read only under its own key.");
                    return new PortfolioReport(tool, target).Write(folder, log, trust.Read(parsed, tool.Clock)?.Policy, cancellationToken);
                }
                var report = new DossierReport(tool, target);
                using var signer = signing.Open(parsed, tool);
                var trusted = signer?.Signer.Own ?? trust.Read(parsed, tool.Clock)?.SignersAt(null);
                if (trusted is null && parsed.GetValue(vkey) is not null)
                    throw new UsageException("--vkey goes with --key, --roots or --trust: a dossier is verified whole or not at all.");
                return report.Write(trusted, Log(), signer?.Signer, cancellationToken);
            });
    }

    /// <summary>The dossiers, none of them named twice: a comparison with itself says nothing.</summary>
    private static string[] Once(string[] folders) => folders.GroupBy(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice
        ? throw new UsageException($"--dossier {twice.First()} is named twice: name each dossier once.")
        : folders;
}
