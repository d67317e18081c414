using System.Text;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Governance.Keys;
using Loragate.Testing;

namespace Loragate.Governance.Ledger;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class NoteVectorTests
{
    public static TheoryData<string, string> Notes => [.. TlogVectors.Rows("notes.json", "notes")];

    public static TheoryData<string, string> Vkeys => [.. TlogVectors.Rows("vkeys.json", "vkeys")];

    public static TheoryData<string, string> Checkpoints => [.. TlogVectors.Rows("checkpoints.json", "checkpoints")];

    public static TheoryData<string, string> Proofs => [.. TlogVectors.Rows("proofs.json", "proofs")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Notes))]
    public void The_verdict_on_a_note_is_the_expected_one(string id, string json)
    {
        using var document = JsonDocument.Parse(json);
        var item = document.RootElement;
        var known = item.GetProperty("vkeys").EnumerateArray().Select(vkey => LedgerVerifier.Parse(vkey.GetString()!, id)).ToList();
        var bytes = item.GetProperty("note").GetBytesFromBase64();
        if (Expects(item, "notes.json", id, () => SignedNote.Parse(bytes, id).SignedBy(known, id)) is not { } signers)
            return;
        Assert.Equal(item.GetProperty("signed_by").EnumerateArray().Select(name => name.GetString()), signers.Select(signer => signer.Name));
        Assert.Equal(item.GetProperty("text").GetBytesFromBase64(), Encoding.UTF8.GetBytes(SignedNote.Parse(bytes, id).Text));
        Assert.Equal(bytes, SignedNote.Parse(bytes, id).ToBytes());
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Vkeys))]
    public void The_verdict_on_a_vkey_is_the_expected_one(string id, string json)
    {
        using var document = JsonDocument.Parse(json);
        var vkey = document.RootElement.GetProperty("vkey").GetString()!;
        if (Expects(document.RootElement, "vkeys.json", id, () => LedgerVerifier.Parse(vkey, id)) is { } key)
            Assert.Equal(vkey, key.ToString(), ignoreCase: true);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Checkpoints))]
    public void The_verdict_on_a_checkpoint_is_the_expected_one(string id, string json)
    {
        using var document = JsonDocument.Parse(json);
        var item = document.RootElement;
        var log = LedgerVerifier.Parse(item.GetProperty("vkey").GetString()!, id);
        if (Expects(item, "checkpoints.json", id, () => LedgerCheckpoint.Open(item.GetProperty("note").GetBytesFromBase64(), log, id)) is { } checkpoint)
            Assert.StartsWith(checkpoint.ToString(), item.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Proofs))]
    public void The_verdict_on_a_proof_is_the_expected_one(string id, string json)
    {
        using var document = JsonDocument.Parse(json);
        var item = document.RootElement;
        var file = File.ReadAllBytes(TlogVectors.PathTo(item.GetProperty("file").GetString()!));
        var log = TlogVectors.Key(item.GetProperty("vkey").GetString()!);
        if (Expects(item, "proofs.json", id, () => TlogProof.Parse(file, id).Verify(item.GetProperty("entry").GetBytesFromBase64(), log, id)) is not null)
            Assert.Equal(file, TlogProof.Parse(file, id).ToBytes());
    }

    private static T? Expects<T>(JsonElement item, string file, string id, Func<T> act)
        where T : class
    {
        var expected = item.GetProperty("expected").GetString();
        if (expected == "valid")
            return act();
        Assert.Equal("invalid", expected);
        var e = Record.Exception(act) ?? throw new InvalidOperationException($"{item.GetProperty("reason")}: accepted");
        Assert.True(e is MalformedInputException or IntegrityException, $"{item.GetProperty("reason")}: {e}");
        Assert.Contains(TlogCauses.Of(file, id), e.Message, StringComparison.Ordinal);
        return null;
    }
}
