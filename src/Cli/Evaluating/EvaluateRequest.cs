namespace Loragate.Cli.Evaluating;

/// <summary>Where the scores of <c>evaluate</c> come from and go to.</summary>
internal sealed record EvaluateRequest
{
    /// <summary>The folder of the reports.</summary>
    public required string Output { get; init; }

    /// <summary>A folder that lm-evaluation-harness wrote, to take the answers from; null to run the model.</summary>
    public string? Imported { get; init; }

    /// <summary>The server to ask; null to run the model.</summary>
    public RemoteRequest? Remote { get; init; }

    /// <summary>A folder for results and samples files as lm-evaluation-harness writes them; null for none.</summary>
    public string? Export { get; init; }

    /// <summary>The column that says which group of people a row is about; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>The index of the choice that selects a person.</summary>
    public int Positive { get; init; }

    /// <summary>Whether the reports go to standard output as well.</summary>
    public bool Json { get; init; }
}
