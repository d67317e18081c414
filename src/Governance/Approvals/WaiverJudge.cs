using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Policies;
using Loragate.Governance.Signing;
using Loragate.Governance.Trust;

namespace Loragate.Governance.Approvals;

/// <summary>Says of each waiver whether it lifts its rule on a day. Pure, as <see cref="ApprovalJudge"/> is.</summary>
internal sealed class WaiverJudge(Endorsements endorsements, Policy policy, AdapterIdentity adapter, DateOnly day)
{
    /// <summary>What became of each, by its id.</summary>
    public IReadOnlyList<WaiverResult> Judge() =>
        [.. endorsements.Waivers.OrderBy(bundle => bundle.File, StringComparer.Ordinal).Select(Open).GroupBy(opened => opened.Id).OrderBy(group => group.Key).Select(Conclude)];

    /// <summary>The digest of a bundle's payload, what it says, and whose signature under it counts.</summary>
    private (Digest Id, Statement? Statement, WaiverSignature? Signature) Open(FiledBundle filed)
    {
        SigstoreBundle bundle;
        Statement statement;
        Digest id;
        try
        {
            bundle = SigstoreBundle.ParseWritten(filed.Bytes, filed.File);
            id = Digest.Of(bundle.Envelope.Payload.Span);
            statement = Statement.Parse(bundle.Envelope.Payload, filed.File);
            _ = Waiver.Read(statement, filed.File);
        }
        catch (SignatureException)
        {
            return (filed.Digest, null, null);
        }
        return (id, statement, SignatureOf(bundle, filed));
    }

    private WaiverSignature? SignatureOf(SigstoreBundle bundle, FiledBundle filed)
    {
        try
        {
            var who = endorsements.Trust.Identify(bundle.Material, endorsements.Trust.TimeOf(bundle, filed.Time, filed.File), filed.File);
            _ = SignedStatement.Open(bundle, who.Key, filed.File);
            var counts = who.Key.Hint != endorsements.GateKey && who.Standing == Standing.Good && policy.Waivers is { } terms && who.Signer.Roles.Intersect(terms.Roles).Any();
            return counts ? new WaiverSignature(who.Signer.Id, who.Key.Hint, filed.File, filed.Digest) : null;
        }
        catch (SignatureException)
        {
            return null;
        }
    }

    private WaiverResult Conclude(IGrouping<Digest, (Digest Id, Statement? Statement, WaiverSignature? Signature)> bundles)
    {
        if (bundles.First().Statement is not { } statement)
            return new WaiverResult(bundles.Key, WaiverState.Malformed, []);
        var waiver = Waiver.Read(statement, "waiver");
        // One a person and one a key: who signs twice, or lends a key to a second certificate, is one.
        List<WaiverSignature> signatures = [.. bundles.Select(bundle => bundle.Signature).OfType<WaiverSignature>().DistinctBy(signature => signature.Signer).DistinctBy(signature => signature.Key).OrderBy(signature => signature.Signer, StringComparer.Ordinal)];
        return new WaiverResult(bundles.Key, StateOf(waiver, statement, signatures), signatures, waiver.Rule, waiver.Reason, waiver.From, waiver.Until);
    }

    private WaiverState StateOf(Waiver waiver, Statement statement, List<WaiverSignature> signatures) => policy.RefusalOf(waiver) switch
    {
        _ when waiver.Adapter != adapter.Digest || !Attestation.Covers(statement, adapter.Files) => WaiverState.OtherAdapter,
        _ when waiver.Policy != policy.Digest => WaiverState.OtherPolicy,
        { } refusal => refusal,
        _ when day < waiver.From => WaiverState.NotYet,
        _ when day > waiver.Until => WaiverState.Expired,
        _ when signatures.Any(signature => endorsements.Authors.Contains(signature.Signer)) => WaiverState.Author,
        _ when signatures.Count < policy.Waivers!.Signers => WaiverState.TooFewSigners,
        _ => WaiverState.Valid,
    };
}
