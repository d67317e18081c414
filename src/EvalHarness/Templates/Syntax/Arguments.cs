namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>The arguments of a call, of a filter or of a test.</summary>
/// <param name="Positional">Those without a name.</param>
/// <param name="Named">Those with a name.</param>
internal sealed record Arguments(IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named)
{
    /// <summary>No arguments.</summary>
    public static Arguments None { get; } = new([], []);

    /// <summary>The values of the arguments.</summary>
    public ArgumentValues Evaluate(Scope scope) => new(
        [.. Positional.Select(argument => argument.Use(scope))],
        Named.ToDictionary(static argument => argument.Name, argument => argument.Value.Use(scope)));
}
