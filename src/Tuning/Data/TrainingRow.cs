namespace Loragate.Tuning.Data;

/// <summary>A row as it was written: turns, of which the assistant's are learnt. A prompt and its completion are one open turn each.</summary>
/// <param name="Place">File and line.</param>
/// <param name="IsChat">Whether the turns go through the model's chat template.</param>
/// <param name="Turns">Role and text of each turn.</param>
internal sealed record TrainingRow(string Place, bool IsChat, IReadOnlyList<(string Role, string Text)> Turns)
{
    public const string User = "user";

    public const string Assistant = "assistant";

    /// <summary>Whether something comes before the answer: an empty prompt is no question, so many texts may follow it.</summary>
    public bool IsQuestion => IsChat || !string.IsNullOrWhiteSpace(Turns[0].Text);
}
