using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Ledger;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Approvals;

/// <summary>The ledger's entry of an approval. It says only what the bundle itself says, so that a later trust policy does not log it anew, with a later time.</summary>
public static class ApprovalEntry
{
    /// <summary>The type of the entry, and the name of its subject.</summary>
    public const string Type = "approval";

    /// <summary>The entry of a bundle that somebody in the trust policy signed; null for any other: strangers fill no ledger.</summary>
    public static LedgerEntry? Of(FiledBundle filed, TrustPolicy trust)
    {
        ArgumentNullException.ThrowIfNull(filed);
        ArgumentNullException.ThrowIfNull(trust);
        try
        {
            var bundle = SigstoreBundle.Parse(filed.Bytes, filed.File);
            var key = trust.Identify(bundle.Material, filed.Time, filed.File).Key;
            var said = Approval.Read(SignedStatement.Open(bundle, key, filed.File), filed.File);
            return new LedgerEntry(Type, filed.Time, [new LedgerSubject(Type, filed.Digest)], [new LedgerEvidence(SigstoreBundle.MediaType, filed.Digest)], Data(said, key.Hint.Hex));
        }
        catch (SignatureException)
        {
            return null;
        }
    }

    /// <summary>Whether an entry logs a refusal of what has this basis, in one of these roles.</summary>
    internal static bool IsRefusal(LedgerEntry entry, string basis, IReadOnlyCollection<string> roles) =>
        entry.Type == Type && Text(entry, "outcome") == "refused" && Text(entry, "basis") == basis && roles.Contains(Text(entry, "role"));

    private static string? Text(LedgerEntry entry, string name) => entry.Data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement Data(Approval said, string key) => JsonSerializer.SerializeToElement(new JsonObject
    {
        ["basis"] = said.Basis.Hex,
        ["key"] = key,
        ["outcome"] = said.Outcome == ApprovalOutcome.Approved ? "approved" : "refused",
        ["policy"] = said.Policy.Hex,
        ["role"] = said.Role,
    });
}
