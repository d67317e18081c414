using Loragate.Artifacts;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Reports;

namespace Loragate.Governance.Statements;

public sealed class TrainingProvenanceTests
{
    [Fact]
    public void A_trial_of_a_plan_names_the_plan_and_another_training_none()
    {
        var plan = Digest.Of("plan"u8);
        Assert.DoesNotContain("plan", Dependencies(ReportSamples.Trained).Keys);
        Assert.Equal(plan.Hex, Dependencies(ReportSamples.Trained with { Inputs = ReportSamples.Trained.Inputs with { Plan = plan } })["plan"]);
    }

    private static Dictionary<string, string> Dependencies(TrainingReceipt receipt) => TrainingProvenance.Of(receipt).Predicate.GetProperty("buildDefinition").GetProperty("resolvedDependencies").EnumerateArray()
        .ToDictionary(d => d.GetProperty("name").GetString()!, d => d.GetProperty("digest").GetProperty("sha256").GetString()!);
}
