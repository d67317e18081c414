namespace Loragate.Tuning.Trials;

/// <summary>How far a plan is.</summary>
/// <param name="Done">Steps that are made, of all trials.</param>
/// <param name="Planned">All steps.</param>
/// <param name="Trial">The trial that is run.</param>
/// <param name="Loss">Its training loss; null once it is trained and is scored and looked into.</param>
/// <param name="Part">The part of it that is looked into; null while it is trained or scored.</param>
public sealed record TrialProgress(long Done, long Planned, string Trial, double? Loss, TrialPart? Part = null);
