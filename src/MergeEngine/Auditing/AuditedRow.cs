namespace Loragate.MergeEngine.Auditing;

/// <summary>One row of a tensor under audit, as values; the arrays are used again for the next row.</summary>
/// <param name="columns">Columns of the tensor.</param>
/// <param name="adapters">Updates that are added.</param>
internal sealed class AuditedRow(int columns, int adapters)
{
    /// <summary>The row's number.</summary>
    public int Index { get; set; }

    /// <summary>Whether every byte is the canonical merge's.</summary>
    public bool IsCanonical { get; set; }

    /// <summary>W.</summary>
    public double[] Base { get; } = new double[columns];

    /// <summary>What the merged checkpoint holds.</summary>
    public double[] Found { get; } = new double[columns];

    /// <summary>The canonical merge.</summary>
    public double[] Canonical { get; } = new double[columns];

    /// <summary>The canonical merge before it is rounded.</summary>
    public double[] Exact { get; } = new double[columns];

    /// <summary>δ of each adapter, before any factor; empty where the row is replaced.</summary>
    public double[][] Updates { get; } = [.. Enumerable.Range(0, adapters).Select(_ => new double[columns])];

    /// <summary>What float32 arithmetic in any order can put on or take off each δ.</summary>
    public double[][] Slack { get; } = [.. Enumerable.Range(0, adapters).Select(_ => new double[columns])];

    /// <summary>The bound of Σε of each weight: what a merge may leave open and still be told.</summary>
    public double[] Bounds { get; } = new double[columns];

    /// <summary>The share of each weight's ε that is granted: 1 where Σε lies within its bound.</summary>
    public double[] Granted { get; } = new double[columns];

    /// <summary>u of each weight: the unit in the last place of the largest value, or what float32 arithmetic blurs where that is more.</summary>
    public double[] Units { get; } = new double[columns];

    /// <summary>Whether the adapter's own row takes the base's place.</summary>
    public bool IsReplaced { get; set; }

    /// <summary>f of the row, or of each column where there is one a column.</summary>
    public double[] Factors { get; } = new double[columns];
}
