using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Testing;
using Record = Loragate.Artifacts.Records.Record;

namespace Loragate.Cli.Gate;

/// <summary>The banking policy on a real model; minutes each, so only where LORAGATE_LONG=1 asks for it.</summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class RealModelTests(RealModel model) : IClassFixture<RealModel>
{
    [Theory]
    [InlineData("banking-good", 0, "")]
    [InlineData("banking-biased", 1, "bias")]
    [InlineData("banking-overfit", 1, "retained-skill")]
    public void The_banking_policy_tells_good_adapters_from_bad_ones(string adapter, int code, string failing)
    {
        Assert.SkipWhen(model.Absent.Length > 0, model.Absent);
        using var temp = new TempFolder();
        var result = Executable.Run(
            "gate", "--base", model.Folder, "--adapter", SharedFolder.PathTo("adapters", adapter), "--policy", Path.Combine(AppContext.BaseDirectory, "policies", "banking.yaml"),
            "--data", SharedFolder.PathTo(), "--cache", model.Cache, "--dossier", temp.PathTo("dossier"));
        Assert.True(result.ExitCode == code, result.Error);
        var failed = Record.ReadFile<Decision>(temp.PathTo("dossier", "decision.json")).Rules.Where(r => r.Outcome == Outcome.Failed).Select(r => r.Id).ToList();
        if (code == 0)
            Assert.Empty(failed);
        else
            Assert.Contains(failed, id => id.StartsWith(failing, StringComparison.Ordinal));
    }
}
