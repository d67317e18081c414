using System.Text;
using System.Text.Json;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;

namespace Loragate.EvalHarness.Journals;

/// <summary>
/// Answers as they came, one a line, so that an interrupted run goes on with the rest. An answer is found by a digest of everything that was asked. With a seal every
/// line carries its signature, and one that does not verify, somebody else's or another key's, is passed over: it speaks for no other line.
/// </summary>
internal sealed class AnswerJournal : IDisposable
{
    private const int MaxLineBytes = 64 << 20;
    private const int BlockBytes = 1 << 16;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly FileStream _file;
    private readonly JournalSeal? _seal;

    /// <summary>Opens the journal of a run; a line that is none or does not verify is passed over, and one that was cut off is dropped.</summary>
    /// <exception cref="FolderException">A link or something else than a file lies there: what is written through it lands elsewhere.</exception>
    public AnswerJournal(JournalFile file)
    {
        _seal = file.Seal;
        if (new FileInfo(file.Path) is { } there && (there.Exists || there.LinkTarget is not null))
            PlainFile.Check(file.Path);
        // Without a buffer: a line is written at once, and what the disk did not take is not tried again when the file is closed.
        _file = new FileStream(file.Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 1);
        _file.SetLength(ReadAll());
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>What was kept under a name; nothing where there is none, or it is of another form.</summary>
    public T? Find<T>(string key)
    {
        lock (_lock)
        {
            try
            {
                return _values.TryGetValue(key, out var value) ? JsonSerializer.Deserialize<T>(value, Options) : default;
            }
            catch (JsonException)
            {
                return default;
            }
        }
    }

    /// <summary>Keeps an answer.</summary>
    /// <exception cref="IOException">The disk does not take it; what it took of the line is dropped when the journal is opened again.</exception>
    public void Add<T>(string key, T answer)
    {
        var value = JsonSerializer.Serialize(answer, Options);
        lock (_lock)
        {
            _values[key] = value;
            var signature = _seal is null ? "" : $",\"signature\":\"{Convert.ToBase64String(_seal.Sign(Signed(key, value)))}\"";
            Write(Encoding.UTF8.GetBytes($"{{\"key\":\"{key}\",\"value\":{value}{signature}}}\n"));
        }
    }

    /// <summary>Forces what was kept to the disk: without it a power cut may take the last answers, which are then asked for again.</summary>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Flush() => _file.Flush(flushToDisk: true);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Write(byte[] line)
    {
        try
        {
            _file.Write(line);
        }
        catch (ArgumentOutOfRangeException limit)
        {
            throw SizeLimit.Fault(_file.Name, limit);
        }
    }

    /// <summary>What is signed: no other thing that a key signs begins so.</summary>
    private static byte[] Signed(string key, string value) => Encoding.UTF8.GetBytes($"loragate.answer/2 {key} {value}");

    /// <summary>Reads whole lines, one at a time; returns where the last of them ends.</summary>
    private long ReadAll()
    {
        var (end, at) = (0L, 0L);
        using var line = new MemoryStream();
        var file = new BufferedStream(_file, BlockBytes);
        for (int read; (read = file.ReadByte()) >= 0 && line.Length < MaxLineBytes;)
        {
            at++;
            if (read != '\n')
            {
                line.WriteByte((byte)read);
                continue;
            }
            Read(line.GetBuffer().AsMemory(0, (int)line.Length));
            end = at;
            line.SetLength(0);
        }
        return end;
    }

    private void Read(ReadOnlyMemory<byte> line)
    {
        if (!StrictJson.TryParse(line, out var document))
            return;
        using (document)
        {
            var root = document!.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("key", out var key) || key.ValueKind != JsonValueKind.String || !root.TryGetProperty("value", out var value))
                return;
            if (_seal is null || IsOwn(root, Signed(key.GetString()!, value.GetRawText()), _seal))
                _values[key.GetString()!] = value.GetRawText();
        }
    }

    private static bool IsOwn(JsonElement line, byte[] signed, JournalSeal seal) =>
        line.TryGetProperty("signature", out var signature) && signature.ValueKind == JsonValueKind.String && signature.TryGetBytesFromBase64(out var bytes) && seal.Verify(signed, bytes);
}
