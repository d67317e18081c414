using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;

namespace Loragate.Tuning.Data;

/// <summary>A JSONL file of rows <c>{"prompt", "completion"}</c> or <c>{"messages": [{"role", "content"}, …]}</c>; other keys are not read (docs/formats/tuning.v1.md).</summary>
/// <param name="Name">The file's name, for people.</param>
/// <param name="Digest">SHA-256 of its bytes.</param>
/// <param name="Rows">The rows in order.</param>
internal sealed record TrainingFile(string Name, Digest Digest, IReadOnlyList<TrainingRow> Rows)
{
    private const int MaxBytes = 1 << 30;

    private static readonly string[] Roles = ["system", TrainingRow.User, TrainingRow.Assistant];

    /// <summary>Reads a file.</summary>
    /// <exception cref="TuningException">A row is malformed; its line is named.</exception>
    public static TrainingFile Read(string path)
    {
        if (!File.Exists(path))
            throw new TuningException(path, "no such file", "Give the path of a JSONL file.");
        var bytes = PlainFile.Read(path, MaxBytes);
        List<TrainingRow> rows = [.. JsonLines.Of(bytes, path).Select(line => Row(line.Utf8, line.Place))];
        return rows.Count > 0
            ? new TrainingFile(Path.GetFileName(path), Digest.Of(bytes), rows)
            : throw new TuningException(path, "no rows", "Write one JSON object a line.");
    }

    private static TrainingRow Row(ReadOnlyMemory<byte> utf8, string place)
    {
        try
        {
            using var document = StrictJson.Parse(utf8, place);
            return Row(document.RootElement, place);
        }
        catch (JsonFormatException fault)
        {
            throw new TuningException(place, fault.Fault, "Correct the row.");
        }
    }

    private static TrainingRow Row(JsonElement row, string place)
    {
        if (row.ValueKind != JsonValueKind.Object)
            throw new TuningException(place, "not a JSON object", "Write one object a line.");
        var (isChat, isPrompt) = (row.TryGetProperty("messages", out var messages), row.TryGetProperty("prompt", out _) || row.TryGetProperty("completion", out _));
        if (isChat == isPrompt)
            throw new TuningException(place, isChat ? "both 'messages' and 'prompt' or 'completion'" : "neither 'messages' nor 'prompt' and 'completion'", "Write a row in one of the two forms.");
        return isChat
            ? new TrainingRow(place, true, Turns(messages, place))
            : new TrainingRow(place, false, [(TrainingRow.User, Text(row, "prompt", place)), (TrainingRow.Assistant, NotEmpty(Text(row, "completion", place), "completion", place))]);
    }

    private static List<(string Role, string Text)> Turns(JsonElement messages, string place)
    {
        if (messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0 || messages.EnumerateArray().Any(m => m.ValueKind != JsonValueKind.Object))
            throw new TuningException(place, "'messages' is no list of objects", "Write a list of {\"role\", \"content\"}.");
        var turns = messages.EnumerateArray().Select(m => (Role: Text(m, "role", place), Text: Text(m, "content", place))).ToList();
        if (turns.FirstOrDefault(t => !Roles.Contains(t.Role)) is { Role: { } odd })
            throw new TuningException(place, $"role '{odd}'", $"Roles are {string.Join(", ", Roles)}.");
        if (turns[^1].Role != TrainingRow.Assistant)
            throw new TuningException(place, "the last message is not the assistant's, so there is nothing to learn from", "End the conversation with the answer.");
        foreach (var turn in turns.Where(t => t.Role == TrainingRow.Assistant))
            _ = NotEmpty(turn.Text, "content", place);
        return turns;
    }

    private static string Text(JsonElement row, string key, string place) =>
        row.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new TuningException(place, $"'{key}' is missing or no text", "Write it as a JSON string.");

    private static string NotEmpty(string text, string key, string place) =>
        !string.IsNullOrWhiteSpace(text) ? text : throw new TuningException(place, $"'{key}' is empty, so there is nothing to learn from", "Write the answer, or remove the row.");
}
