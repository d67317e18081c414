using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Tuning.Methods;

namespace Loragate.Tuning.Trials;

public sealed class TrialOutcomeTests
{
    private static readonly Digest Some = Digest.Of("some"u8);

    [Fact]
    public void Who_forgets_does_not_go_on_however_low_its_loss()
    {
        TrialOutcome[] outcomes = [Outcome("forgetful", 0.1, 166), Outcome("slow", 0.3, 187), Outcome("given up", null, null), Outcome("best", 0.2, 180)];
        Assert.Equal(["best", "slow", "forgetful", "given up"], Ranked(outcomes));
    }

    [Fact]
    public void Who_loses_just_what_may_be_lost_has_not_forgotten()
    {
        // 187 of 200 less a tenth are 167; in binary, 187/200 − 0.1 lies above 167/200.
        Assert.Equal(["at the margin", "slow"], Ranked(Outcome("slow", 0.3, 187), Outcome("at the margin", 0.1, 167)));
    }

    private static IEnumerable<string> Ranked(params TrialOutcome[] outcomes) => TrialOutcome.Ranked(outcomes, Score(187), margin: 0.1).Select(outcome => outcome.Trial.Id);

    private static TrialOutcome Outcome(string id, double? loss, int? kept) => new(
        new Trial(id, new FullMethod(), 0.1), loss is { } least ? Receipt(least) : null, null, new TrialCost(id, 1, null, null, null), kept is { } right ? Score(right) : null);

    private static TrialScore Score(int right) => new("facts", "acc", Some, [.. Enumerable.Range(0, 200).Select(i => i < right ? 1.0 : 0)], Some);

    private static TrainingReceipt Receipt(double loss) => new(
        new TrainingInputs(
            new EngineInfo("e", "v", "p", "cpu"), new Dictionary<string, string>(), new CheckpointIdentity("base", Some, Some), Some, [], [], new TrainedMethod("full", new Dictionary<string, string>()),
            new TrainingSettings(1, 1, 1, 0.1, "cosine", 0, 0.9, 0.999, 1e-8, 0, 1, "float32", false, 2, false, 1, 0, "0")),
        [1], [new ValidationLoss(1, loss)], 1, 1, []);
}
