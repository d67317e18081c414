namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>A dictionary literal; its keys are strings.</summary>
internal sealed class DictExpression(int line, IReadOnlyList<(Expression Key, Expression Value)> entries) : Expression(line)
{
    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => new DictValue([.. entries.Select(entry => KeyValuePair.Create(
        entry.Key.Use(scope) is StringValue key ? key.Content : throw scope.Fault("a dictionary key that is not a string"),
        entry.Value.Use(scope)))]);
}
