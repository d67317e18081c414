using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Approvals;

/// <summary>The ledger's entries of approvals and waivers. They say only what the bundle itself says, so that a later trust policy does not log it anew, with a later time.</summary>
public static class EndorsementEntry
{
    /// <summary>The type of an approval's entry, and the name of its subject.</summary>
    public const string Approval = "approval";

    /// <summary>The type of a waiver's entry, and the name of its subject.</summary>
    public const string Waiver = "waiver";

    /// <summary>The entry of a bundle that somebody in the trust policy signed; null for any other: strangers fill no ledger.</summary>
    /// <param name="type"><see cref="Approval"/> or <see cref="Waiver"/>.</param>
    /// <param name="filed">The bundle.</param>
    /// <param name="trust">The trust policy.</param>
    public static LedgerEntry? Of(string type, FiledBundle filed, TrustPolicy trust)
    {
        ArgumentNullException.ThrowIfNull(filed);
        ArgumentNullException.ThrowIfNull(trust);
        try
        {
            var bundle = SigstoreBundle.ParseWritten(filed.Bytes, filed.File);
            var key = trust.Identify(bundle.Material, trust.TimeOf(bundle, filed.Time, filed.File), filed.File).Key;
            var statement = SignedStatement.Open(bundle, key, filed.File);
            return new LedgerEntry(type, filed.Time, [new LedgerSubject(type, filed.Digest)], [new LedgerEvidence(SigstoreBundle.MediaType, filed.Digest)], Data(type, statement, bundle, key.Hint, filed.File));
        }
        catch (SignatureException)
        {
            return null;
        }
    }

    /// <summary>Whether an entry says what the bundle itself says, of this bundle and of nothing else.</summary>
    /// <param name="logged">The entry of the ledger.</param>
    /// <param name="said">The one that <see cref="Of"/> makes of the bundle.</param>
    public static bool Says(LedgerEntry logged, LedgerEntry said)
    {
        ArgumentNullException.ThrowIfNull(logged);
        ArgumentNullException.ThrowIfNull(said);
        return logged.Subjects.SequenceEqual(said.Subjects)
            && (ReadApproval(logged) is { } approval ? approval == ReadApproval(said) : ReadWaiver(logged) is { } waiver && waiver == ReadWaiver(said));
    }

    /// <summary>The role in which an entry says that somebody refuses; null where it says no such thing, or is one that no gate writes.</summary>
    public static string? RefusedIn(LedgerEntry entry) => ReadApproval(entry) is { Outcome: ApprovalOutcome.Refused } said ? said.Role : null;

    /// <summary>What an approval's entry says; null for one that no gate writes, as is one about more than a bundle.</summary>
    internal static ApprovalData? ReadApproval(LedgerEntry entry) => Read<ApprovalData>(entry, Approval);

    /// <summary>What a waiver's entry says; null for one that no gate writes, as is one about more than a bundle.</summary>
    internal static WaiverData? ReadWaiver(LedgerEntry entry) => Read<WaiverData>(entry, Waiver);

    private static JsonElement Data(string type, Statement statement, SigstoreBundle bundle, Digest key, string place)
    {
        if (type == Waiver)
        {
            var waiver = Approvals.Waiver.Read(statement, place);
            return JsonSerializer.SerializeToElement(new WaiverData(waiver.From, key, waiver.Policy, waiver.Rule, waiver.Until, Digest.Of(bundle.Envelope.Payload.Span)), RecordJson.Options);
        }
        var said = Approvals.Approval.Read(statement, place);
        return JsonSerializer.SerializeToElement(new ApprovalData(said.Basis, key, said.Outcome, said.Policy, said.Role, said.Decision), RecordJson.Options);
    }

    private static T? Read<T>(LedgerEntry entry, string type)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (entry.Type != type || entry.Subjects.Count != 1)
            return null;
        try
        {
            return entry.Data.Deserialize<T>(RecordJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
