using System.CommandLine;
using Loragate.Governance.Keys;
using Loragate.Governance.Ledger;
using Loragate.Governance.Ledger.Git;
using Loragate.Governance.Publication;

namespace Loragate.Cli.Verbs;

/// <summary>Which ledger, read with whose key, written how: the same in every verb.</summary>
internal static class LedgerOptions
{
    public static Option<string> Folder() => new("--ledger") { Description = "The ledger's folder.", HelpName = "DIR", Required = true };

    /// <summary>The verifier of a ledger.</summary>
    public static Option<string> VKey() => new("--vkey") { Description = "The ledger's verifier key: a file with the vkey line that 'ledger init' printed.", HelpName = "FILE", Required = true };

    /// <summary>What was kept of a ledger from before.</summary>
    public static Option<string[]> Seen() => new("--seen") { Description = "A checkpoint or proof of this ledger that was kept from before: a ledger that does not begin with it was rolled back or rewritten. May be given several times.", HelpName = "FILE" };

    /// <summary>A proof that witnesses have seen a release.</summary>
    public static Option<string?> WitnessedProof() => new("--proof") { Description = "Of a release, with --vkey and a --trust that names witnesses: a later proof of its entry, under a checkpoint that they have cosigned ('ledger prove --trust').", HelpName = "FILE" };

    public static Option<bool> Push() => new("--ledger-push") { Description = "The ledger lies in a git clone: fetch before logging and push after it; where another writer was faster, log again on what it pushed." };

    /// <summary>Opens a ledger for writing; one that is pushed is fetched first.</summary>
    public static LedgerWriter Open(string folder, LedgerKey key, bool push, CancellationToken cancellationToken)
    {
        var ledger = LedgerFolder.Open(folder);
        var writer = new LedgerWriter(ledger, key, push ? LedgerClone.Open(ledger, cancellationToken) : null);
        writer.Fetch(cancellationToken);
        return writer;
    }
}
