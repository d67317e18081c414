namespace Loragate.Governance.Reports.Layout;

/// <summary>Begins a new page.</summary>
internal sealed class PageBreak : Block
{
    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width) => [Slab.Space(0) with { StartsPage = true }];
}
