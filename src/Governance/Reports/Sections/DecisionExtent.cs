namespace Loragate.Governance.Reports.Sections;

/// <summary>How much the decision's page tells.</summary>
/// <param name="Reasons">Rules of each kind that did not pass.</param>
/// <param name="Lifted">Rules that hold only by exception; 0 leaves their number.</param>
/// <param name="Shown">Checks that were passed.</param>
/// <param name="Purposes">Tasks that are told in the policy's words; 0 leaves out the policy's own description, too.</param>
/// <param name="Risks">Kinds of remaining risk that the records tell of.</param>
internal readonly record struct DecisionExtent(int Reasons, int Lifted, int Shown, int Purposes, int Risks);
