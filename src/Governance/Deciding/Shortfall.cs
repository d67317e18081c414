namespace Loragate.Governance.Deciding;

/// <summary>Why evidence is not enough.</summary>
/// <param name="Reason">The stable word.</param>
/// <param name="Sentence">The same in plain English.</param>
internal sealed record Shortfall(string Reason, string Sentence);
