using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Verbs;
using Loragate.Governance.Signing;
using Loragate.Governance.Statements;
using Loragate.Governance.Trust;

namespace Loragate.Cli.Trials;

/// <summary>The signature over the report of trials, which lies beside it: made by whoever ran them, told and verified for whoever looks.</summary>
internal static class TrialSigning
{
    /// <summary>Refuses, before anything is run, a folder in which somebody else's signature lies: it would be taken away.</summary>
    /// <exception cref="FolderException">One lies there.</exception>
    /// <exception cref="SignatureException">What lies there is no signature.</exception>
    public static void RequireOwn(string folder, Signer signer)
    {
        var path = Path.Combine(folder, TrialFiles.Signature);
        if (File.Exists(path) && !signer.HasSigned(SigstoreBundle.Parse(PlainFile.Read(path, SigstoreBundle.MaxBytes), path)))
            throw new FolderException(path, "another signer's signature over these trials lies here", "Move it away, or name another folder.");
    }

    /// <summary>Signs a report, or keeps what the same signer signed about the same one.</summary>
    public static void Sign(string folder, TrialReport report, Signer signer)
    {
        var path = Path.Combine(folder, TrialFiles.Signature);
        var earlier = File.Exists(path) ? PlainFile.Read(path, SigstoreBundle.MaxBytes) : null;
        var bundle = Attestation.SignOrKeep(TrialProvenance.Of(report), signer, earlier);
        if (!ReferenceEquals(bundle, earlier))
            AtomicFile.Write(path, bundle);
    }

    /// <summary>Whether the signature in a file is over a report, whoever made it.</summary>
    public static bool IsOver(TrialReport report, string file) => new FileInfo(file).Length <= SigstoreBundle.MaxBytes && TrialVerifier.MismatchOf(report, PlainFile.Read(file, SigstoreBundle.MaxBytes), file) is null;

    /// <summary>Says who signed the trials, and where somebody is trusted, requires that it was he.</summary>
    /// <param name="tool">Where to.</param>
    /// <param name="tried">The trials.</param>
    /// <param name="trusted">Who is trusted; null leaves the signature unverified, and that is said.</param>
    /// <exception cref="IntegrityException">It is over another report; or somebody is trusted, and did not sign this one.</exception>
    /// <exception cref="SignatureException">It is no signature.</exception>
    public static void Tell(Tool tool, TriedFolder tried, TrustChoice? trusted)
    {
        if (tried.Signature is not { } bundle)
        {
            if (trusted is not null)
                throw new IntegrityException(tried.SignatureFile, "missing: nobody signed what these trials showed");
            tool.Screen.Say("Nobody signed these trials.");
            return;
        }
        if (trusted is null)
        {
            Require(TrialVerifier.MismatchOf(tried.Report, bundle, tried.SignatureFile));
            var key = SigstoreBundle.Parse(bundle, tried.SignatureFile).ClaimedKey(tried.SignatureFile) is { } claimed ? $"key {claimed}" : "a key that it does not name";
            tool.Screen.Say($"Signed, by its own word, with {key}: the signature was not verified. Give --key PUBLIC.pem, --roots CA.pem or --trust FILE.");
            return;
        }
        var trust = trusted.SignersAt(null).InRole(TrustedSigner.Author);
        Require(TrialVerifier.Verify(tried.Report, bundle, trust, tried.SignatureFile) is { IsValid: false } refused ? refused.Findings[0] : null);
        tool.Screen.Say($"Verified: these trials are signed with {trust.Description}.");
    }

    private static void Require(VerificationFinding? finding)
    {
        if (finding is not null)
            throw new IntegrityException(finding.Place, finding.Message);
    }
}
