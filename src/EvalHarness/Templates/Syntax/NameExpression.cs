namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>A variable.</summary>
internal sealed class NameExpression(int line, string name) : Expression(line)
{
    /// <summary>The variable's name.</summary>
    public string Name => name;

    /// <inheritdoc/>
    protected override Value Compute(Scope scope) => scope.Get(name);
}
