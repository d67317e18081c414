using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Dossiers;

/// <summary>
/// The folder of a release's records (docs/formats/dossier.v1.md). With a key every record is signed as it is written, and only
/// records that verify under that key are read back: whoever can write to the folder cannot plant evidence in it.
/// </summary>
public sealed class Dossier : IDisposable
{
    /// <summary>The run record.</summary>
    public const string RunFile = "run.json";

    /// <summary>The inspection.</summary>
    public const string InspectionFile = "inspection.json";

    /// <summary>The merge receipt.</summary>
    public const string ReceiptFile = "merge-receipt.json";

    /// <summary>The decision.</summary>
    public const string DecisionFile = "decision.json";

    /// <summary>The oldest run that scores were taken from, where that is another one than the dossier's own.</summary>
    public const string OldestRunFile = $"{Evaluations}/run.json";

    private const string Evaluations = "evaluations";
    internal const string LockFile = ".lock";
    private const string SignatureSuffix = ".sigstore.json";
    private const string HalfWrittenSuffix = ".partial";

    private readonly SigningKey? _key;
    private readonly FileStream _lock;
    private readonly IProgress<string>? _refusals;
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    private Dossier(string folder, SigningKey? key, IProgress<string>? refusals, FileStream held) => (Folder, _key, _refusals, _lock) = (folder, key, refusals, held);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>When and where the dossier was made.</summary>
    public Run Run { get; private set; } = null!;

    /// <summary>Whether records of an earlier run were found that may be reused.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>A base model's report.</summary>
    public static string BaseReportFile(string task) => $"{Evaluations}/base/{task}.json";

    /// <summary>The merged model's report.</summary>
    public static string CandidateReportFile(string task) => $"{Evaluations}/candidate/{task}.json";

    /// <summary>The signature of a record's file.</summary>
    public static string SignatureOf(string file) => file + SignatureSuffix;

    /// <summary>
    /// Opens or makes a dossier. A run record that cannot be trusted takes all other records with it: without it their age is unknown.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="key">The gate's key, or null for unsigned records.</param>
    /// <param name="newRun">The run record of a new dossier.</param>
    /// <param name="refusals">Is told of every record that lies there and is not trusted, once each.</param>
    /// <exception cref="DossierException">Another process works on the folder, or it holds something else.</exception>
    public static Dossier Open(string folder, SigningKey? key, Run newRun, IProgress<string>? refusals = null)
    {
        Directory.CreateDirectory(folder);
        if (!File.Exists(Path.Combine(folder, RunFile)) && !File.Exists(Path.Combine(folder, LockFile)) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new DossierException(folder, "not empty, and not a dossier", "Name a new folder: a gate replaces what lies in its dossier.");
        var dossier = new Dossier(folder, key, refusals, Acquire(folder));
        try
        {
            dossier.ClearHalfWritten();
            dossier.Run = dossier.Resume() ?? dossier.Begin(newRun);
            return dossier;
        }
        catch
        {
            dossier.Dispose();
            throw;
        }
    }

    /// <summary>A path in the dossier.</summary>
    public string PathTo(string file) => Path.Combine([Folder, .. file.Split('/')]);

    /// <summary>Writes a record and, with a key, its signature. What already stands there in the same bytes and verifies is left alone.</summary>
    /// <returns>The record as evidence.</returns>
    public EvidenceLink Write(string file, Record record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var bytes = record.ToCanonicalJson();
        var path = PathTo(file);
        if (!Stands(file, path, bytes))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, bytes);
            if (_key is not null)
                AtomicFile.Write(PathTo(SignatureOf(file)), RecordSignature.Sign(record, _key));
        }
        return new EvidenceLink(file, record.Schema, Digest.Of(bytes));
    }

    /// <summary>Reads a record of an earlier run; null where there is none that may be trusted.</summary>
    public T? TryRead<T>(string file)
        where T : Record
    {
        var path = PathTo(file);
        if (!File.Exists(path))
            return null;
        var bytes = File.ReadAllBytes(path);
        if (!IsTrusted(file, bytes))
            return null;
        try
        {
            return Record.Parse<T>(bytes, path);
        }
        catch (RecordException e)
        {
            Refuse(file, e.Fault);
            return null;
        }
    }

    /// <summary>Removes a record that no longer belongs.</summary>
    public void Remove(string file)
    {
        foreach (var path in (string[])[PathTo(file), PathTo(SignatureOf(file))])
        {
            if (File.Exists(path))
                File.Delete(path);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private static FileStream Acquire(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException)
        {
            throw new DossierException(folder, "another process works on this dossier", "Wait for it, or name another folder.");
        }
    }

    /// <summary>What a killed run left under a provisional name; the lock is held, so nobody is writing it.</summary>
    private void ClearHalfWritten()
    {
        foreach (var folder in Directory.EnumerateDirectories(Folder).Where(IsHalfWritten))
            Directory.Delete(folder, recursive: true);
        foreach (var folder in (string[])[Folder, .. Directory.Exists(PathTo(Evaluations)) ? Directory.EnumerateDirectories(PathTo(Evaluations)).Append(PathTo(Evaluations)) : []])
        {
            foreach (var file in Directory.EnumerateFiles(folder).Where(IsHalfWritten))
                File.Delete(file);
        }
    }

    private static bool IsHalfWritten(string path) => path.EndsWith(HalfWrittenSuffix, StringComparison.Ordinal);

    private bool Stands(string file, string path, byte[] bytes)
    {
        if (!File.Exists(path))
            return false;
        var found = File.ReadAllBytes(path);
        return IsTrusted(file, found) && found.AsSpan().SequenceEqual(bytes);
    }

    private Run? Resume()
    {
        var run = TryRead<Run>(RunFile);
        IsResumed = run is not null;
        return run;
    }

    private Run Begin(Run run)
    {
        foreach (var file in (string[])[InspectionFile, ReceiptFile, DecisionFile])
            Remove(file);
        if (Directory.Exists(PathTo(Evaluations)))
            Directory.Delete(PathTo(Evaluations), recursive: true);
        Write(RunFile, run);
        return run;
    }

    private bool IsTrusted(string file, byte[] record)
    {
        if (_key is null)
            return true;
        var signature = PathTo(SignatureOf(file));
        if (File.Exists(signature) && RecordSignature.Verify(record, File.ReadAllBytes(signature), _key.Public, file).IsValid)
            return true;
        Refuse(file, File.Exists(signature) ? "its signature does not verify under the gate's key" : "it is not signed");
        return false;
    }

    private void Refuse(string file, string why)
    {
        if (_refused.Add(file))
            _refusals?.Report($"{file} was not reused: {why}.");
    }
}
