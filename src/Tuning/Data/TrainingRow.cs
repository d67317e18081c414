namespace Loragate.Tuning.Data;

/// <summary>A row as it was written: turns, of which the assistant's are learnt. A prompt and its completion are one open turn each.</summary>
/// <param name="Place">File and line.</param>
/// <param name="IsChat">Whether the turns go through the model's chat template.</param>
/// <param name="Turns">Role and text of each turn.</param>
internal sealed record TrainingRow(string Place, bool IsChat, IReadOnlyList<(string Role, string Text)> Turns)
{
    public const string User = "user";

    public const string Assistant = "assistant";

    /// <summary>What comes before the last turn, as one text that no other conversation has.</summary>
    public string Context => string.Join('\u0001', Turns.SkipLast(1).Select(t => $"{t.Role}\u0002{t.Text}"));

    /// <summary>The last turn.</summary>
    public string Answer => Turns[^1].Text;
}
