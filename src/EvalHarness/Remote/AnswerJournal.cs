using System.Globalization;
using System.Text;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Json;
using Loragate.EvalHarness.Scoring;

namespace Loragate.EvalHarness.Remote;

/// <summary>
/// Answers of a server as they came, one a line, so that an interrupted run asks only for the rest. An answer is found by a digest of everything that was asked:
/// server, model, probe and tokens.
/// </summary>
internal sealed class AnswerJournal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ScoringResult> _answers = new(StringComparer.Ordinal);
    private readonly FileStream _file;

    /// <summary>Opens the journal of a run; a last line that was cut off, or is none, is dropped with what follows.</summary>
    public AnswerJournal(string path)
    {
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
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
        var line = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"key\":\"{key}\",\"logLikelihood\":{answer.LogLikelihood:R},\"isGreedy\":{(answer.IsGreedy ? "true" : "false")}}}\n"));
        lock (_lock)
        {
            _answers[key] = answer;
            _file.Write(line);
            _file.Flush();
        }
    }

    public void Dispose() => _file.Dispose();

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
            _answers[key.GetString()!] = new ScoringResult(sum.GetDouble(), greedy.GetBoolean(), IsTruncated: false);
            return true;
        }
    }
}
