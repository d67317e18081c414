namespace Loragate.Governance.Reports.Charts;

/// <summary>A placed label of one or several points, in the unit of the drawing.</summary>
/// <param name="Text">The label.</param>
/// <param name="Left">Where it begins.</param>
/// <param name="Width">How wide it is.</param>
/// <param name="Middle">Its middle, from the top.</param>
internal sealed record PointLabel(string Text, double Left, double Width, double Middle)
{
    /// <summary>Where it ends.</summary>
    public double Right => Left + Width;
}
