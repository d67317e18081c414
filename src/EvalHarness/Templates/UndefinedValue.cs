namespace Loragate.EvalHarness.Templates;

/// <summary>
/// What is not there. It may be asked whether it is defined; where the options say that the undefined is empty it is also false and prints
/// nothing; <see cref="Syntax.Expression.Use"/> makes every other use a fault.
/// </summary>
/// <param name="Description">What is undefined.</param>
internal sealed record UndefinedValue(string Description) : Value
{
    /// <inheritdoc/>
    public override string TypeName => "Undefined";

    /// <inheritdoc/>
    public override bool IsTrue => false;

    /// <inheritdoc/>
    public override string Literal => "";
}
