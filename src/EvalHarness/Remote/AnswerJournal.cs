using System.Globalization;
using System.Text;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Json;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Remote;

/// <summary>
/// Answers of a server as they came, one a line, so that an interrupted run asks only for the rest. An answer is found by a digest of everything that was asked:
/// server, model, probe and tokens. With a seal every line carries its signature, and a line that does not verify ends the journal as a torn one does.
/// </summary>
internal sealed class AnswerJournal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ScoringResult> _answers = new(StringComparer.Ordinal);
    private readonly FileStream _file;
    private readonly JournalSeal? _seal;

    /// <summary>Opens the journal of a run; a line that was cut off, is none or does not verify is dropped with what follows.</summary>
    public AnswerJournal(JournalFile file)
    {
        _seal = file.Seal;
        _file = new FileStream(file.Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        _file.SetLength(ReadAll());
        _file.Seek(0, SeekOrigin.End);
    }

    /// <summary>The name of a request.</summary>
    public static string Key(Digest run, ScoringRequest request) =>
        Digest.Of(JsonSerializer.SerializeToUtf8Bytes(new { run = run.Hex, request.Context, request.Continuation })).Hex;

    /// <summary>The answer to a request; null where there is none yet.</summary>
    public ScoringResult? Find(string key)
    {
        lock (_lock)
            return _answers.GetValueOrDefault(key);
    }

    /// <summary>Keeps an answer.</summary>
    public void Add(string key, ScoringResult answer)
    {
        lock (_lock)
        {
            _answers[key] = answer;
            var signature = _seal is null ? "" : $",\"signature\":\"{Convert.ToBase64String(_seal.Sign(Signed(key, answer)))}\"";
            _file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"key\":\"{key}\",\"logLikelihood\":{answer.LogLikelihood:R},\"isGreedy\":{(answer.IsGreedy ? "true" : "false")}{signature}}}\n")));
            _file.Flush();
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>What is signed: no other thing that a key signs begins so.</summary>
    private static byte[] Signed(string key, ScoringResult answer) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"loragate.answer/1 {key} {answer.LogLikelihood:R} {answer.IsGreedy}"));

    /// <summary>Reads whole lines; returns where the last of them ends.</summary>
    private long ReadAll()
    {
        using var reader = new BinaryReader(_file, Encoding.UTF8, leaveOpen: true);
        var bytes = reader.ReadBytes(checked((int)_file.Length));
        var good = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', good)) >= 0; good = end + 1)
        {
            if (!TryRead(bytes.AsMemory(good, end - good)))
                break;
        }
        return good;
    }

    private bool TryRead(ReadOnlyMemory<byte> line)
    {
        if (!StrictJson.TryParse(line, out var document))
            return false;
        using (document)
        {
            var root = document!.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("key", out var key) || key.ValueKind != JsonValueKind.String
                || !root.TryGetProperty("logLikelihood", out var sum) || sum.ValueKind != JsonValueKind.Number
                || !root.TryGetProperty("isGreedy", out var greedy) || greedy.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
                return false;
            var answer = new ScoringResult(sum.GetDouble(), greedy.GetBoolean(), IsTruncated: false);
            if (_seal is not null && !IsOwn(root, Signed(key.GetString()!, answer), _seal))
                return false;
            _answers[key.GetString()!] = answer;
            return true;
        }
    }

    private static bool IsOwn(JsonElement line, byte[] signed, JournalSeal seal) =>
        line.TryGetProperty("signature", out var signature) && signature.ValueKind == JsonValueKind.String && signature.TryGetBytesFromBase64(out var bytes) && seal.Verify(signed, bytes);
}
