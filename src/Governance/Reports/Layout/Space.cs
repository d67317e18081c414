namespace Loragate.Governance.Reports.Layout;

/// <summary>Empty space between blocks.</summary>
internal sealed class Space(float height) : Block
{
    /// <inheritdoc/>
    public override IEnumerable<Slab> Lay(Typesetter type, float width) => [Slab.Space(height)];
}
