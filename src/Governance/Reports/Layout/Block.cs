namespace Loragate.Governance.Reports.Layout;

/// <summary>A piece of the report: measured by the typesetter, cut into slabs, placed by the page flow.</summary>
internal abstract class Block
{
    /// <summary>The slabs, from top to bottom.</summary>
    public abstract IEnumerable<Slab> Lay(Typesetter type, float width);
}
