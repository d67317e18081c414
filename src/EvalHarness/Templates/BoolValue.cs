namespace Loragate.EvalHarness.Templates;

/// <summary>Python's <c>True</c> or <c>False</c>.</summary>
public sealed record BoolValue : Value
{
    private static readonly BoolValue True = new(true);
    private static readonly BoolValue False = new(false);

    private BoolValue(bool content) => Content = content;

    /// <summary>The truth value.</summary>
    public bool Content { get; }

    /// <inheritdoc/>
    public override string TypeName => "bool";

    /// <inheritdoc/>
    public override bool IsTrue => Content;

    /// <inheritdoc/>
    public override string Literal => Content ? "True" : "False";

    /// <summary>The value for a truth value.</summary>
    public static BoolValue Of(bool content) => content ? True : False;
}
