namespace Loragate.EvalHarness.Tasks;

/// <summary>A document made ready for a model; what kind of request it holds depends on the task's output type.</summary>
/// <param name="Document">The document.</param>
public sealed record TaskItem(TaskDocument Document)
{
    /// <summary>For <c>multiple_choice</c> a request a choice (then one a choice without context, for acc_mutual_info), for <c>loglikelihood</c> one.</summary>
    public IReadOnlyList<ContinuationRequest> Continuations { get; init; } = [];

    /// <summary>For <c>loglikelihood_rolling</c> the text to score.</summary>
    public string? Rolling { get; init; }

    /// <summary>For <c>generate_until</c> the prompt and where to stop.</summary>
    public GenerationRequest? Generation { get; init; }

    /// <summary>The choices' own texts.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Indices of the right choices; one as a rule, none where the target is an empty list. An index that is no choice's stands as −100, as in the harness.</summary>
    public IReadOnlyList<int> Golds { get; init; } = [];

    /// <summary>What <c>doc_to_target</c> gives, as Python prints it.</summary>
    public required string Target { get; init; }

    /// <summary>The texts that a generation is compared with; none where a row has no right answer.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The right choice, where there is exactly one.</summary>
    public int? Gold => Golds is [>= 0 and var only] ? only : null;
}
