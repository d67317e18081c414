namespace Loragate.Governance.Statistics;

/// <summary>Which rates must agree between groups (M. Hardt, E. Price, N. Srebro, "Equality of Opportunity in Supervised Learning", NeurIPS 2016).</summary>
public enum FairnessMeasure
{
    /// <summary>The share of each group that is selected (demographic parity).</summary>
    SelectionRate,

    /// <summary>The share selected of those who should be: the true positive rate.</summary>
    EqualOpportunity,

    /// <summary>The true positive rate and the share selected of those who should not be, the false positive rate; the larger gap counts.</summary>
    EqualisedOdds,
}
