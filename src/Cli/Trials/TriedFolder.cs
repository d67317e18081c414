using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Trials;

namespace Loragate.Cli.Trials;

/// <summary>What <c>trial run</c> left in a folder.</summary>
/// <param name="Report">What was found.</param>
/// <param name="Costs">What it took.</param>
internal sealed record TriedFolder(TrialReport Report, TrialCosts Costs)
{
    private const string Advice = "Give --trials the folder of a 'loragate trial run' that ended.";

    /// <exception cref="DossierException">No trials have ended in the folder, or their report says nothing that can be read.</exception>
    public static TriedFolder Read(string folder)
    {
        var report = Read<TrialReport>(folder, TrialReport.FileName);
        return TrialFindings.FaultOf(report) is { } fault
            ? throw new DossierException(Path.Combine(folder, TrialReport.FileName), fault, Advice)
            : new TriedFolder(report, Read<TrialCosts>(folder, TrialCosts.FileName));
    }

    private static T Read<T>(string folder, string file)
        where T : Record
    {
        var path = Path.Combine(folder, file);
        return File.Exists(path) ? Record.ReadFile<T>(path) : throw new DossierException(folder, $"no {file}", Advice);
    }
}
