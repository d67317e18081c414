namespace Loragate.EvalHarness.Templates;

/// <summary>Python's <c>None</c>.</summary>
public sealed record NoneValue : Value
{
    private NoneValue()
    {
    }

    /// <summary>The only one.</summary>
    public static NoneValue Instance { get; } = new();

    /// <inheritdoc/>
    public override string TypeName => "NoneType";

    /// <inheritdoc/>
    public override bool IsTrue => false;

    /// <inheritdoc/>
    public override string Literal => "None";
}
