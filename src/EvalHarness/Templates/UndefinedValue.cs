namespace Loragate.EvalHarness.Templates;

/// <summary>Jinja's StrictUndefined: it may be asked whether it is defined; every other use is a fault.</summary>
/// <param name="Description">What is undefined.</param>
internal sealed record UndefinedValue(string Description) : Value
{
    /// <inheritdoc/>
    public override string TypeName => "Undefined";

    /// <inheritdoc/>
    public override bool IsTrue => throw new InvalidOperationException("An undefined value was used without a check.");

    /// <inheritdoc/>
    public override string Literal => throw new InvalidOperationException("An undefined value was used without a check.");
}
