using System.Globalization;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Reports.Layout;

namespace Loragate.Governance.Reports.Text;

/// <summary>That the judged adapter was taken back, by whom and why, and whether people have approved it since.</summary>
public static class RevocationWords
{
    private const int MostOfReason = 120;
    private const int MostOfSigner = 60;

    /// <summary>The sentences in English; null where nobody took it back.</summary>
    public static string? InEnglish(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        return Of(decision, ReportText.Load(ReportLanguage.English));
    }

    /// <summary>The sentences; null where nobody took it back.</summary>
    internal static string? Of(Decision decision, ReportText text)
    {
        if (decision.Revocation is not { } revocation)
            return null;
        var entry = ("entry", revocation.Entry.ToString(CultureInfo.InvariantCulture));
        var what = revocation is { Signer: { } signer, Reason: { } reason }
            ? text.Fill("revocation.by", entry, ("signer", Legible.Shortened(signer, MostOfSigner)), ("reason", Legible.Shortened(PolicyQuote.WithoutStop(reason), MostOfReason)))
            : text.Fill("revocation.unknown", entry);
        return string.Join(text["report.space"], what, Since(decision, text));
    }

    private static string Since(Decision decision, ReportText text) => (decision.Quorum ?? []).Sum(role => role.Missing) switch
    {
        _ when decision.IsTakenBack => text["revocation.stands"],
        _ when decision.Verdict == Verdict.Approved => text["revocation.approved-since"],
        0 => text["revocation.rules-lack"],
        var missing => text.Fill("revocation.people-lack", ("count", missing.ToString(CultureInfo.InvariantCulture))),
    };
}
