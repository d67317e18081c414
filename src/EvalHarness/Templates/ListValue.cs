namespace Loragate.EvalHarness.Templates;

/// <summary>Python's <c>list</c>.</summary>
/// <param name="Items">The items.</param>
public sealed record ListValue(IReadOnlyList<Value> Items) : Value
{
    /// <inheritdoc/>
    public override string TypeName => "list";

    /// <inheritdoc/>
    public override bool IsTrue => Items.Count > 0;

    /// <inheritdoc/>
    public override long Size { get; } = 1 + Items.Sum(static item => item.Size);

    /// <inheritdoc/>
    public override string Literal => $"[{string.Join(", ", Items.Select(static item => item.Literal))}]";
}
