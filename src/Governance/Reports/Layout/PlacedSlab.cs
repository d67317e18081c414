namespace Loragate.Governance.Reports.Layout;

/// <summary>A slab on its page.</summary>
/// <param name="Slab">The slab.</param>
/// <param name="Y">Its upper edge, points from the page's top.</param>
internal sealed record PlacedSlab(Slab Slab, float Y);
