using System.CommandLine;
using System.Text;
using Loragate.Artifacts.Folders;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Ledger.Witnessing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate ledger witness</c>: cosigning by exchange of files, or with any witness that speaks C2SP tlog-witness.</summary>
internal static class LedgerWitnessVerb
{
    private const int MostAnswerBytes = 64 << 10;
    private const int MostRequestBytes = 2 << 20;

    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(2);

    public static Command Create(Tool tool) => new("witness", "Cosignatures of witnesses: nobody who trusts them can be shown another history (C2SP tlog-witness).") { VKey(tool), Request(tool), Cosign(tool), Add(tool) };

    private static Command VKey(Tool tool)
    {
        var (key, secret, name) = (Key(), SecretOption.ForWitnessKey(), Name());
        return Verb.Create(tool, "vkey", "Prints the verifier key (vkey) of a witness, for trust policies.", "loragate ledger witness vkey --witness-key witness.pem --name witness.example/w1", [key, secret.Option, name], (parsed, _) =>
        {
            using var witness = LedgerKey.Read(parsed.GetValue(key)!, secret.SourceOf(parsed, tool));
            tool.Screen.Emit(witness.CosignerFor(NameOf(parsed.GetValue(name)!)).ToString());
            return ExitCode.Done;
        });
    }

    private static Command Request(Tool tool)
    {
        var (folder, vkey, witness) = (LedgerOptions.Folder(), LedgerOptions.VKey(), WitnessVKey());
        var old = new Option<long?>("--old") { Description = "The size that the witness has cosigned last, as it told; without it, what the ledger keeps of this witness.", HelpName = "SIZE" };
        var output = Output("The request: the body of a POST to add-checkpoint.");
        return Verb.Create(tool, "request", "Writes what to ask a witness: the checkpoint, and the proof that it begins with what the witness has cosigned last.",
            "loragate ledger witness request --ledger ledger --vkey ledger.vkey --witness w1.vkey --output request", [folder, vkey, witness, old, output], (parsed, _) =>
        {
            var log = LedgerVerifier.Read(parsed.GetValue(vkey)!);
            var ledger = LedgerFolder.Open(parsed.GetValue(folder)!);
            var size = ledger.ReadCheckpoint(log).Size;
            var from = parsed.GetValue(old) ?? ledger.CosignedBy(LedgerVerifier.Read(parsed.GetValue(witness)!), log);
            if (from < 0 || from > size)
                throw new UsageException($"--old {from}: the ledger has {size} entries. A witness that saw more accuses it of a rollback.");
            AtomicFile.Write(parsed.GetValue(output)!, ledger.RequestCosignature(from, log).ToBytes());
            tool.Screen.Say($"Asks to cosign {size} entries, from {from} on: {parsed.GetValue(output)}.");
            return ExitCode.Done;
        });
    }

    private static Command Cosign(Tool tool)
    {
        var (request, vkey, key, name) = (RequestFile(), LedgerOptions.VKey(), Key(), Name());
        var secret = SecretOption.ForWitnessKey();
        var state = new Option<string>("--state") { Description = "What this witness has cosigned before. Its memory: never set it back, never copy it to a second witness of the same name.", HelpName = "DIR", Required = true };
        var output = Output("The answer: a signature line.");
        return Verb.Create(tool, "cosign", "Checks that a checkpoint begins with the last one that this witness cosigned of the ledger, remembers it and cosigns it. Exit code 3: an older checkpoint or a fork.",
            "loragate ledger witness cosign --request request --vkey ledger.vkey --witness-key witness.pem --name witness.example/w1 --state seen --output answer", [request, vkey, key, secret.Option, name, state, output], (parsed, cancellationToken) =>
        {
            using var witnessKey = LedgerKey.Read(parsed.GetValue(key)!, secret.SourceOf(parsed, tool));
            var witness = new Witness(parsed.GetValue(state)!, NameOf(parsed.GetValue(name)!), witnessKey);
            var asked = WitnessRequest.Parse(PlainFile.Read(parsed.GetValue(request)!, MostRequestBytes), parsed.GetValue(request)!);
            var cosignature = witness.Cosign(asked, LedgerVerifier.Read(parsed.GetValue(vkey)!), tool.Clock.GetUtcNow(), cancellationToken);
            AtomicFile.Write(parsed.GetValue(output)!, Encoding.UTF8.GetBytes($"{cosignature}\n"));
            tool.Screen.Say($"Cosigned as {cosignature.Name}: {parsed.GetValue(output)}.");
            return ExitCode.Done;
        });
    }

    private static Command Add(Tool tool)
    {
        var (folder, vkey, request, witness) = (LedgerOptions.Folder(), LedgerOptions.VKey(), RequestFile(), WitnessVKey());
        var answer = new Option<string>("--answer") { Description = "What the witness answered.", HelpName = "FILE", Required = true };
        return Verb.Create(tool, "add", "Keeps a witness's cosignature with the ledger.",
            "loragate ledger witness add --ledger ledger --vkey ledger.vkey --request request --answer answer --witness w1.vkey", [folder, vkey, request, answer, witness], (parsed, cancellationToken) =>
        {
            var asked = WitnessRequest.Parse(PlainFile.Read(parsed.GetValue(request)!, MostRequestBytes), parsed.GetValue(request)!);
            var key = LedgerVerifier.Read(parsed.GetValue(witness)!);
            var checkpoint = LedgerFolder.Open(parsed.GetValue(folder)!).AddCosignature(asked, PlainFile.Read(parsed.GetValue(answer)!, MostAnswerBytes), LedgerVerifier.Read(parsed.GetValue(vkey)!), key, LockTimeout, cancellationToken);
            tool.Screen.Say($"{key.Name} has cosigned the first {checkpoint.Size} entries, root {checkpoint.Root.Abbreviated}.");
            return ExitCode.Done;
        });
    }

    private static Option<string> WitnessVKey() => new("--witness") { Description = "The witness's verifier key: a file with the vkey line that it published.", HelpName = "FILE", Required = true };

    private static Option<string> RequestFile() => new("--request") { Description = "The request that 'ledger witness request' wrote.", HelpName = "FILE", Required = true };

    private static Option<string> Key() => new("--witness-key") { Description = "The witness's Ed25519 key.", HelpName = "FILE", Required = true };

    private static Option<string> Name() => new("--name") { Description = "The witness's name for ever: a host and path that its owner controls.", HelpName = "NAME", Required = true };

    private static Option<string> Output(string description) => new("--output") { Description = description, HelpName = "FILE", Required = true };

    private static string NameOf(string name) => LedgerVerifier.IsName(name) ? name : throw new UsageException($"--name {name}: no white space and no plus sign in a witness's name.");
}
