using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Governance.Keys;
using Loragate.Governance.Signing;

namespace Loragate.Governance.Dossiers;

/// <summary>
/// Records in a folder, each with the run that made it. With a key one signature binds record, run and file name, and what does not
/// verify is not there: whoever can write to the folder can neither plant a record nor make an old one young. Without a key nothing is
/// proved, but a record whose run is missing is not there either.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="key">The gate's key, or null for unsigned records.</param>
/// <param name="refusals">Is told of every record that lies there and is not trusted, once each.</param>
/// <param name="changing">Called before anything in the folder is written, replaced or removed; null for nothing.</param>
public sealed class RecordFolder(string folder, SigningKey? key, IProgress<string>? refusals, Action? changing = null)
{
    // An evaluation of very many items; a record that is larger was not written by a gate.
    private const long MaxBytes = 1 << 30;
    internal const string SignatureSuffix = ".sigstore.json";
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);

    /// <summary>The signature of a record's file.</summary>
    public static string SignatureOf(string file) => file + SignatureSuffix;

    /// <summary>A path in the folder.</summary>
    /// <param name="file">Relative, with '/' between folders.</param>
    public string PathTo(string file) => Path.Combine([folder, .. file.Split('/')]);

    /// <summary>Writes a record, its run and, with a key, the signature. What already stands there in the same bytes and verifies is left alone.</summary>
    /// <param name="file">The record's file.</param>
    /// <param name="record">The record.</param>
    /// <param name="runFile">The run's file: several records may share one.</param>
    /// <param name="run">The run that made the record.</param>
    /// <returns>The record as evidence.</returns>
    public EvidenceLink Write(string file, Record record, string runFile, Run run)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(run);
        var (bytes, maker) = (record.ToCanonicalJson(), run.ToCanonicalJson());
        if (!Stands(file, bytes, runFile, maker))
        {
            changing?.Invoke();
            Directory.CreateDirectory(Path.GetDirectoryName(PathTo(file))!);
            Directory.CreateDirectory(Path.GetDirectoryName(PathTo(runFile))!);
            // The record comes last: whoever sees it sees what belongs to it, and a killed writer leaves none.
            File.Delete(PathTo(file));
            Put(runFile, maker);
            if (key is not null)
                AtomicFile.Write(PathTo(SignatureOf(file)), RecordSignature.Sign(record, run, file, key));
            Put(file, bytes);
        }
        return new EvidenceLink(file, record.Schema, Digest.Of(bytes));
    }

    /// <summary>Reads a record of an earlier run; null where there is none that may be trusted.</summary>
    public DatedRecord<T>? TryRead<T>(string file, string runFile)
        where T : Record
    {
        if (Find(file, runFile) is not var (record, run))
            return null;
        try
        {
            return new DatedRecord<T>(Record.Parse<T>(record, PathTo(file)), Record.Parse<Run>(run, PathTo(runFile)));
        }
        catch (RecordException e)
        {
            Refuse(file, e.Fault);
            return null;
        }
    }

    /// <summary>Removes files of a record that no longer belongs.</summary>
    public void Remove(params ReadOnlySpan<string> files)
    {
        foreach (var file in files)
        {
            foreach (var path in (string[])[PathTo(file), PathTo(SignatureOf(file))])
            {
                if (!File.Exists(path))
                    continue;
                changing?.Invoke();
                File.Delete(path);
            }
            RemoveEmpty(Path.GetDirectoryName(PathTo(file))!);
        }
    }

    /// <summary>Keeps the bytes of a file that somebody else made and signed, or named by its digest in a record; what already stands there in the same bytes is left alone.</summary>
    /// <param name="file">The file.</param>
    /// <param name="bytes">Its bytes; null where none belongs there any more.</param>
    public void Keep(string file, byte[]? bytes)
    {
        if (bytes is null)
        {
            Remove(file);
            return;
        }
        if (HoldsAlready(PathTo(file), bytes))
            return;
        changing?.Invoke();
        Directory.CreateDirectory(Path.GetDirectoryName(PathTo(file))!);
        AtomicFile.Write(PathTo(file), bytes);
    }

    /// <summary>A folder of records that holds none any more goes with them.</summary>
    private void RemoveEmpty(string path)
    {
        while (path.Length > Path.TrimEndingDirectorySeparator(folder).Length && Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any())
        {
            Directory.Delete(path);
            path = Path.GetDirectoryName(path)!;
        }
    }

    private bool Stands(string file, byte[] bytes, string runFile, byte[] maker) =>
        Find(file, runFile) is var (record, run) && record.AsSpan().SequenceEqual(bytes) && run.AsSpan().SequenceEqual(maker);

    /// <summary>The bytes of a record and its run, if both are there and are trusted.</summary>
    private (byte[] Record, byte[] Run)? Find(string file, string runFile)
    {
        if (!File.Exists(PathTo(file)))
            return null;
        if (!File.Exists(PathTo(runFile)))
            return Refuse(file, "the run that made it is missing");
        try
        {
            var (record, run) = (PlainFile.Read(PathTo(file), MaxBytes), PlainFile.Read(PathTo(runFile), MaxBytes));
            return Mistrust(file, record, run) is { } fault ? Refuse(file, fault) : (record, run);
        }
        catch (FolderException e)
        {
            return Refuse(file, e.Fault);
        }
        catch (FileNotFoundException)
        {
            return Refuse(file, "another process is replacing it");
        }
    }

    private void Put(string file, byte[] bytes)
    {
        if (!HoldsAlready(PathTo(file), bytes))
            AtomicFile.Write(PathTo(file), bytes);
    }

    private static bool HoldsAlready(string path, byte[] bytes)
    {
        try
        {
            return File.Exists(path) && PlainFile.Read(path, bytes.Length).AsSpan().SequenceEqual(bytes);
        }
        catch (FolderException)
        {
            return false;
        }
    }

    /// <summary>Why these bytes are not trusted; null where they are, or where there is no key to tell.</summary>
    private string? Mistrust(string file, byte[] record, byte[] run)
    {
        if (key is null)
            return null;
        var signature = PathTo(SignatureOf(file));
        if (!File.Exists(signature))
            return "it is not signed";
        var result = RecordSignature.Verify(record, run, file, PlainFile.Read(signature, SigstoreBundle.MaxBytes), key.Public, file);
        return result.IsValid ? null : $"its signature does not verify under the gate's key ({result.Findings[0].Message})";
    }

    private (byte[] Record, byte[] Run)? Refuse(string file, string why)
    {
        if (_refused.Add(file))
            refusals?.Report($"{file} was not reused: {why}.");
        return null;
    }
}
