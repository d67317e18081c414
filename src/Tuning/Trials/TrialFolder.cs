using System.Globalization;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Journals;
using Loragate.Tuning.Training;

namespace Loragate.Tuning.Trials;

/// <summary>The folder of a plan's run: whose it is, and what each trial has come to (docs/formats/trial.v1.md). A run with a key takes over only what its journal knows.</summary>
/// <param name="path">The folder.</param>
/// <param name="notes">Is told of what is not taken over, or goes; null for nobody.</param>
internal sealed class TrialFolder(string path, IProgress<string>? notes) : IDisposable
{
    private const int MaxBytes = 1 << 20;
    private const string InputsFile = "trial-inputs.json";
    private const string CostSuffix = ".cost.json";
    private const string UnsignedSuffix = ".unsigned";
    private const string Unsigned = "no run with this key made it from these inputs";

    private OutputLock? _claim;
    private TrialJournal? _journal;

    /// <summary>Whether the folder is these inputs' already.</summary>
    public bool IsOf(TrialInputs inputs) => File.Exists(PathTo(InputsFile)) && File.ReadAllBytes(PathTo(InputsFile)).AsSpan().SequenceEqual(RecordJson.Canonical(inputs.Names));

    /// <summary>Refuses a folder of something else.</summary>
    /// <exception cref="TuningException">It holds no trials.</exception>
    public void CheckPlace()
    {
        if (File.Exists(path) || Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any() && !File.Exists(PathTo(InputsFile)))
            throw new TuningException(path, "holds something else than trials", "Name a new folder.");
    }

    /// <summary>Takes the folder for this run alone, until it ends, and refuses links in it: what is written would land where they lead.</summary>
    /// <exception cref="FolderException">Another process is at work there, or it holds a link or something else that is neither file nor folder.</exception>
    public void Take()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)))!);
        _claim = OutputFolder.ClaimStanding(path);
        if (Directory.Exists(path))
            FolderManifest.List(path);
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

    /// <summary>Keeps the plan and, with a key, opens the journal.</summary>
    public void Open(TrialInputs inputs, TrialPlan plan, JournalSeal? seal)
    {
        AtomicFile.Write(PathTo(TrialFiles.Plan), plan.File.Span);
        _journal = seal is null ? null : new TrialJournal(path, inputs, seal);
    }

    /// <summary>Where a trial's adapter or model is.</summary>
    public string Of(int round, Trial trial) => PathTo(TrialFiles.Trained(round, trial.Id));

    /// <summary>Vouches for what a trial is about to put in its place: a checkpoint, or by its receipt what it made.</summary>
    public void Vouch(int round, Trial trial, Digest made) => _journal?.Keep(TrialFiles.Trained(round, trial.Id), made);

    /// <summary>An evaluation that lies in the folder; null where there is none, or none that can be read and may be taken over.</summary>
    /// <param name="file">Its file.</param>
    public EvaluationReport? Evaluation(string file)
    {
        try
        {
            if (!File.Exists(PathTo(file)) || Record.ReadFile<EvaluationReport>(PathTo(file)) is not { } report)
                return null;
            if (_journal is null || _journal.KnowsScored(file, report.ComputeDigest()))
                return report;
            notes?.Report($"{PathTo(file)} was not reused: {Unsigned}.");
            return null;
        }
        catch (RecordException)
        {
            return null;
        }
    }

    /// <summary>Keeps an evaluation.</summary>
    public void Keep(string file, EvaluationReport report)
    {
        _journal?.KeepScored(file, report.ComputeDigest());
        Directory.CreateDirectory(Path.GetDirectoryName(PathTo(file))!);
        AtomicFile.Write(PathTo(file), report.ToCanonicalJson());
    }

    /// <summary>The receipt of a trial that was trained, after its files were held against it and its inputs against the run's, and its workspace, if any is left, was cleared. What no run that may be believed trained is set aside, and null returned as where it was not trained.</summary>
    /// <param name="round">The round.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="others">The inputs of a receipt that are others than the run's.</param>
    /// <param name="cancellation">Stops hashing.</param>
    /// <exception cref="TuningException">The files are others than the receipt's, or the receipt is of something else.</exception>
    public TrainingReceipt? TakeTrainedOrSetAside(int round, Trial trial, Func<TrainingInputs, IReadOnlyList<string>> others, CancellationToken cancellation)
    {
        var folder = Of(round, trial);
        if (!Directory.Exists(folder) && (_journal is null || !File.Exists(folder)))
            return null;
        if (ReceiptIn(folder) is not { } receipt || !IsOwn(TrialFiles.Trained(round, trial.Id), receipt.ComputeDigest()))
        {
            SetAside(folder);
            return null;
        }
        if (!FolderManifest.Read(folder, cancellation).Files.Where(file => file.Path != TrainingReceipt.FileName).SequenceEqual(receipt.Files))
            throw new TuningException(folder, "is not what its training receipt tells", "It was changed since: remove the folder, and the trial is run again.");
        RefuseOthers(folder, others(receipt.Inputs));
        TrainingWorkspace.ClearSpent(folder);
        return receipt;
    }

    /// <summary>A training's receipt. With a key, null where none can be read: then nothing there is of a run with this key.</summary>
    /// <exception cref="TuningException">Without a key: there is none.</exception>
    private TrainingReceipt? ReceiptIn(string folder)
    {
        try
        {
            return Record.ReadFile<TrainingReceipt>(Path.Combine(folder, TrainingReceipt.FileName));
        }
        catch (Exception fault) when (_journal is not null && fault is MalformedInputException or IOException)
        {
            return null;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TuningException(folder, $"holds no {TrainingReceipt.FileName}", "It is no whole trial: remove the folder, and the trial is run again.");
        }
    }

    /// <summary>Refuses a trial that was trained on other inputs than the run began with.</summary>
    /// <exception cref="TuningException">Names every one.</exception>
    public static void RefuseOthers(string folder, IReadOnlyList<string> others)
    {
        if (others.Count > 0)
            throw new TuningException(folder, $"was trained with other inputs than the run was begun with: {string.Join(", ", others)}", "They were changed while it ran: restore them, remove the folder, and the trial is run again.");
    }

    /// <summary>Why a trial was given up; null where it was not, and where the file that tells it may not be taken over, which is set aside.</summary>
    /// <exception cref="TuningException">The file that tells it is malformed.</exception>
    public string? TakeFaultOrSetAside(int round, Trial trial)
    {
        var place = TrialFiles.Fault(round, trial.Id);
        var file = PathTo(place);
        if (!File.Exists(file))
            return null;
        if (Own(place) is { } bytes)
            return Parse<string>(bytes, file, "Remove it, and the trial is run again.");
        SetAside(file);
        return null;
    }

    /// <summary>Removes what a trial had come to, and notes that it was given up: in this order, since nobody looks at what is noted again.</summary>
    public void GiveUp(int round, Trial trial, string fault)
    {
        if (IsInterrupted(round, trial))
            Directory.Delete(Of(round, trial) + AtomicFile.PartialSuffix, recursive: true);
        var (place, bytes) = (TrialFiles.Fault(round, trial.Id), JsonSerializer.SerializeToUtf8Bytes(fault));
        _journal?.Keep(place, Digest.Of(bytes));
        AtomicFile.Write(PathTo(place), bytes);
    }

    /// <summary>Whether an earlier run has left a part of a trial.</summary>
    public bool IsInterrupted(int round, Trial trial) => Directory.Exists(Of(round, trial) + AtomicFile.PartialSuffix);

    /// <summary>Sets a checkpoint aside that may not be taken over.</summary>
    public void SetForeignCheckpointAside(int round, Trial trial)
    {
        var partial = Of(round, trial) + AtomicFile.PartialSuffix;
        var state = Path.Combine(partial, TrainingWorkspace.StateName);
        if (_journal is not null && File.Exists(state) && !IsOwn(TrialFiles.Trained(round, trial.Id), Digest.OfFile(state)))
            SetAside(partial);
    }

    /// <summary>Whether a trial may go on from a checkpoint.</summary>
    /// <param name="round">The round.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="state">The checkpoint, by content.</param>
    public bool MayGoOn(int round, Trial trial, Digest state) => IsOwn(TrialFiles.Trained(round, trial.Id), state);

    /// <summary>What a trial took; nothing is known where the run ended before it could be told, or somebody else tells it.</summary>
    /// <exception cref="TuningException">The file that tells it is malformed.</exception>
    public TrialCost Cost(int round, Trial trial)
    {
        var (place, unknown) = (CostOf(round, trial), new TrialCost(trial.Id, round, null, null, null));
        if (!File.Exists(PathTo(place)))
            return unknown;
        if (Own(place) is { } bytes)
            return Parse<TrialCost>(bytes, PathTo(place), "Remove it; what the trial took is not told then.");
        notes?.Report($"{PathTo(place)} was not reused: {Unsigned}. What the trial took is not told.");
        return unknown;
    }

    /// <summary>Keeps what a trial took.</summary>
    public void Keep(int round, Trial trial, Cost? cost)
    {
        var (place, bytes) = (CostOf(round, trial), RecordJson.Canonical(new TrialCost(trial.Id, round, cost, null, null)));
        _journal?.Keep(place, Digest.Of(bytes));
        AtomicFile.Write(PathTo(place), bytes);
    }

    /// <summary>Writes what was found in place of what an earlier run found. A signature over another report goes first, so that none lies beside one that it is not over.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="costs">What it took.</param>
    /// <param name="isSigned">Whether the signature in a file is over a report.</param>
    public void ReplaceReportAndForeignSignature(TrialReport report, TrialCosts costs, Func<TrialReport, string, bool> isSigned)
    {
        var (file, bytes) = (PathTo(TrialReport.FileName), report.ToCanonicalJson());
        if (File.Exists(PathTo(TrialFiles.Signature)) && !isSigned(report, PathTo(TrialFiles.Signature)))
            RemoveSignature();
        AtomicFile.Write(PathTo(TrialCosts.FileName), costs.ToCanonicalJson());
        AtomicFile.Write(file, bytes);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal?.Dispose();
        _claim?.Dispose();
    }

    private bool IsOwn(string place, Digest content) => _journal is null || _journal.Knows(place, content);

    /// <summary>The bytes of a small file of the folder, read once; null where they may not be taken over.</summary>
    private byte[]? Own(string place) => PlainFile.Read(PathTo(place), MaxBytes) is var bytes && IsOwn(place, Digest.Of(bytes)) ? bytes : null;

    private static string CostOf(int round, Trial trial) => TrialFiles.Trained(round, trial.Id) + CostSuffix;

    private void RemoveSignature()
    {
        File.Delete(PathTo(TrialFiles.Signature));
        notes?.Report($"{PathTo(TrialFiles.Signature)} was removed: it was over another {TrialReport.FileName} than the one that this run wrote.");
    }

    /// <summary>Moves what is not taken over to a name that nobody reads: it may be somebody's work all the same.</summary>
    private void SetAside(string place)
    {
        var aside = Enumerable.Range(1, int.MaxValue).Select(number => number == 1 ? place + UnsignedSuffix : string.Create(CultureInfo.InvariantCulture, $"{place}{UnsignedSuffix}-{number}")).First(free => !Path.Exists(free));
        Directory.Move(place, aside);
        notes?.Report($"{place} was not reused: {Unsigned}. It was moved to {aside}.");
    }

    private static T Read<T>(string file, string advice) => Parse<T>(PlainFile.Read(file, MaxBytes), file, advice);

    private static T Parse<T>(byte[] bytes, string file, string advice)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, RecordJson.Options) ?? throw new TuningException(file, "holds nothing", advice);
        }
        catch (JsonException)
        {
            throw new TuningException(file, "is not as it was written", advice);
        }
    }

    private string PathTo(string file) => Path.Combine([path, .. file.Split('/')]);
}
