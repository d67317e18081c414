using System.Text.Json;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Training;
using Loragate.Tuning.Training;

namespace Loragate.Tuning.Trials;

/// <summary>The folder of a plan's run: whose it is, and what each trial has come to (docs/formats/trial.v1.md).</summary>
internal sealed class TrialFolder(string path)
{
    private const int MaxBytes = 1 << 20;
    private const string InputsFile = "trial-inputs.json";
    private const string CostSuffix = ".cost.json";
    private const string FaultSuffix = ".fault.json";

    /// <summary>Whether the folder is these inputs' already.</summary>
    public bool IsOf(TrialInputs inputs) => File.Exists(PathTo(InputsFile)) && File.ReadAllBytes(PathTo(InputsFile)).AsSpan().SequenceEqual(RecordJson.Canonical(inputs.Names));

    /// <summary>Refuses a folder of something else.</summary>
    /// <exception cref="TuningException">It holds no trials.</exception>
    public void CheckPlace()
    {
        if (File.Exists(path) || Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any() && !File.Exists(PathTo(InputsFile)))
            throw new TuningException(path, "holds something else than trials", "Name a new folder.");
    }

    /// <summary>Refuses a folder of other inputs that holds trials.</summary>
    /// <exception cref="TuningException">Names every input that is another.</exception>
    public void CheckFree(TrialInputs inputs)
    {
        if (!Directory.Exists(PathTo(TrialFiles.Rounds)) || !Directory.EnumerateFiles(PathTo(TrialFiles.Rounds), "*", SearchOption.AllDirectories).Any())
            return;
        var begun = Read<Dictionary<string, string>>(PathTo(InputsFile), "Restore it, or name a new folder.");
        var other = begun.Keys.Union(inputs.Names.Keys).Where(name => begun.GetValueOrDefault(name) != inputs.Names.GetValueOrDefault(name)).Order(StringComparer.Ordinal);
        throw new TuningException(path, $"was begun with other inputs: {string.Join("; ", other)}", "Trials are compared on the same inputs: restore these, or name a new folder.");
    }

    /// <summary>Makes the folder these inputs'.</summary>
    public void Claim(TrialInputs inputs)
    {
        Directory.CreateDirectory(path);
        AtomicFile.Write(PathTo(InputsFile), RecordJson.Canonical(inputs.Names));
    }

    /// <summary>Where a trial's adapter or model is.</summary>
    public string Of(int round, Trial trial) => Path.Combine(path, TrialFiles.Rounds, TrialFiles.Place(round, trial.Id));

    /// <summary>The receipt of a trial that was trained, after its files were held against it and its inputs against the run's; null where it was not.</summary>
    /// <param name="round">The round.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="others">The inputs of a receipt that are others than the run's.</param>
    /// <param name="cancellation">Stops hashing.</param>
    /// <exception cref="TuningException">The files are others than the receipt's, or the receipt is of something else.</exception>
    public TrainingReceipt? Trained(int round, Trial trial, Func<TrainingInputs, IReadOnlyList<string>> others, CancellationToken cancellation)
    {
        var folder = Of(round, trial);
        if (!Directory.Exists(folder))
            return null;
        var receipt = Record.ReadFile<TrainingReceipt>(Path.Combine(folder, TrainingReceipt.FileName));
        if (!FolderManifest.Read(folder, cancellation).Files.Where(file => file.Path != TrainingReceipt.FileName).SequenceEqual(receipt.Files))
            throw new TuningException(folder, "is not what its training receipt tells", "It was changed since: remove the folder, and the trial is run again.");
        RefuseOthers(folder, others(receipt.Inputs));
        TrainingWorkspace.ClearSpent(folder);
        return receipt;
    }

    /// <summary>Refuses a trial that was trained on other inputs than the run began with.</summary>
    /// <exception cref="TuningException">Names every one.</exception>
    public static void RefuseOthers(string folder, IReadOnlyList<string> others)
    {
        if (others.Count > 0)
            throw new TuningException(folder, $"was trained with other inputs than the run was begun with: {string.Join(", ", others)}", "They were changed while it ran: restore them, remove the folder, and the trial is run again.");
    }

    /// <summary>Why a trial was given up; null where it was not.</summary>
    /// <exception cref="TuningException">The file that tells it is malformed.</exception>
    public string? GivenUp(int round, Trial trial) => File.Exists(Of(round, trial) + FaultSuffix) ? Read<string>(Of(round, trial) + FaultSuffix, "Remove it, and the trial is run again.") : null;

    /// <summary>Removes what a trial had come to, and notes that it was given up: in this order, since nobody looks at what is noted again.</summary>
    public void GiveUp(int round, Trial trial, string fault)
    {
        if (IsInterrupted(round, trial))
            Directory.Delete(Of(round, trial) + AtomicFile.PartialSuffix, recursive: true);
        AtomicFile.Write(Of(round, trial) + FaultSuffix, JsonSerializer.SerializeToUtf8Bytes(fault));
    }

    /// <summary>Whether an earlier run has left a part of a trial.</summary>
    public bool IsInterrupted(int round, Trial trial) => Directory.Exists(Of(round, trial) + AtomicFile.PartialSuffix);

    /// <summary>What a trial took; nothing is known where the run ended before it could be told.</summary>
    /// <exception cref="TuningException">The file that tells it is malformed.</exception>
    public TrialCost Cost(int round, Trial trial) => File.Exists(Of(round, trial) + CostSuffix)
        ? Read<TrialCost>(Of(round, trial) + CostSuffix, "Remove it; what the trial took is not told then.")
        : new TrialCost(trial.Id, round, null, null, null);

    /// <summary>Keeps what a trial took.</summary>
    public void Keep(int round, Trial trial, Cost? cost) => AtomicFile.Write(Of(round, trial) + CostSuffix, RecordJson.Canonical(new TrialCost(trial.Id, round, cost, null, null)));

    /// <summary>Keeps what was found. A signature over another report goes first, so that none lies beside one that it is not over.</summary>
    public void Keep(TrialReport report, TrialCosts costs)
    {
        var (file, bytes) = (PathTo(TrialReport.FileName), report.ToCanonicalJson());
        if (!File.Exists(file) || !File.ReadAllBytes(file).AsSpan().SequenceEqual(bytes))
            File.Delete(PathTo(TrialFiles.Signature));
        AtomicFile.Write(PathTo(TrialCosts.FileName), costs.ToCanonicalJson());
        AtomicFile.Write(file, bytes);
    }

    private static T Read<T>(string file, string advice)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(PlainFile.Read(file, MaxBytes), RecordJson.Options) ?? throw new TuningException(file, "holds nothing", advice);
        }
        catch (JsonException)
        {
            throw new TuningException(file, "is not as it was written", advice);
        }
    }

    private string PathTo(string file) => Path.Combine(path, file);
}
