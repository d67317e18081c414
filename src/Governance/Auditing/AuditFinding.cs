using Loragate.Artifacts;

namespace Loragate.Governance.Auditing;

/// <summary>A breach of the rules by which releases are made.</summary>
/// <param name="Index">The ledger's entry, from 0; null for a dossier of which the ledger holds no entry.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record AuditFinding(long? Index, string Message)
{
    /// <summary>What is wrong with it, safe to print: names in it are the ledger's.</summary>
    public string Message { get; } = Printable.Of(Message);

    /// <inheritdoc/>
    public override string ToString() => Index is { } index ? FormattableString.Invariant($"entry {index}: {Message}") : Message;
}
