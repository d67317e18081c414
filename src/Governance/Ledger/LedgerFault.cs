using Loragate.Artifacts;

namespace Loragate.Governance.Ledger;

/// <summary>The first thing that is wrong in a ledger.</summary>
/// <param name="Place">The file, relative to the ledger.</param>
/// <param name="Message">What is wrong.</param>
public sealed record LedgerFault(string Place, string Message)
{
    /// <summary>The file, safe to print.</summary>
    public string Place { get; } = Printable.Of(Place);

    /// <summary>What is wrong, safe to print.</summary>
    public string Message { get; } = Printable.Of(Message);

    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Message}";
}
