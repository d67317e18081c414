namespace Loragate.Governance.Reports.Text;

/// <summary>What a number measures, which decides its unit.</summary>
internal enum QuantityKind
{
    /// <summary>A difference of shares, in points.</summary>
    Change,

    /// <summary>A distance between shares, which has no sign, in points.</summary>
    Gap,

    /// <summary>A share, in percent.</summary>
    Share,

    /// <summary>A difference in the metric's own unit.</summary>
    RawChange,

    /// <summary>A value in the metric's own unit.</summary>
    Raw,
}
