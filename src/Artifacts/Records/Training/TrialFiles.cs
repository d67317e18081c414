using System.Globalization;

namespace Loragate.Artifacts.Records.Training;

/// <summary>Where the files of a plan's run lie in its folder (docs/formats/trial.v1.md), relative to it and with '/' between folders.</summary>
public static class TrialFiles
{
    /// <summary>Who signed the report; it lies beside it.</summary>
    public const string Signature = "trial.sigstore.json";

    /// <summary>The plan that was run, byte for byte.</summary>
    public const string Plan = "trial-plan.yaml";

    /// <summary>The schema of plans.</summary>
    public const string PlanSchema = "loragate.trial-plan/1";

    /// <summary>What a run with a key made, each by content and signed: what it takes over when it goes on.</summary>
    public const string Journal = "trial-journal.jsonl";

    /// <summary>The folder of what was trained.</summary>
    public const string Rounds = "rounds";

    /// <summary>The folder of evaluation reports.</summary>
    public const string Evaluations = "evaluations";

    /// <summary>The base's name among evaluations.</summary>
    public const string Base = "base";

    /// <summary>Whether the name of a trial or task may stand in these: a name of one line that leads nowhere else.</summary>
    public static bool IsPlain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return !name.Any(static c => c == '\\' || char.IsControl(c)) && name.Split('/').All(part => part is not ("" or "." or ".." or [_, ':', ..]));
    }

    /// <summary>A trial of a round, from 1, among what was trained and among evaluations.</summary>
    public static string Place(int round, string id) => $"{round.ToString(CultureInfo.InvariantCulture)}/{id}";

    /// <summary>What a trial of a round left: its folder.</summary>
    public static string Trained(int round, string id) => $"{Rounds}/{Place(round, id)}";

    /// <summary>Why a trial of a round was given up.</summary>
    public static string Fault(int round, string id) => $"{Trained(round, id)}.fault.json";

    /// <summary>The training receipt of a trial of a round.</summary>
    public static string Receipt(int round, string id) => $"{Trained(round, id)}/{TrainingReceipt.FileName}";

    /// <summary>The evaluation report of the base, or of a trial of a round, on a task.</summary>
    /// <param name="place"><see cref="Base"/>, or what <see cref="Place"/> says.</param>
    /// <param name="task">The task.</param>
    public static string Evaluation(string place, string task) => $"{Evaluations}/{place}/{task}.json";
}
