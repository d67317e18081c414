using System.Text;

namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary><c>{% set namespace.attribute = expression %}</c></summary>
internal sealed class SetAttributeStatement(int line, string name, string attribute, Expression expression) : Statement(line)
{
    /// <inheritdoc/>
    public override void Render(Scope scope, StringBuilder output)
    {
        scope.Step(Line);
        if (scope.Get(name) is not NamespaceValue target)
            throw scope.Fault($"'set {name}.{attribute}': '{name}' is no namespace");
        target.Set(attribute, expression.UseOrEmpty(scope));
    }
}
