namespace Loragate.EvalHarness.Templates.Syntax;

/// <summary>An expression of the template language.</summary>
/// <param name="line">The line it starts on.</param>
internal abstract class Expression(int line)
{
    /// <summary>The line it starts on.</summary>
    public int Line { get; } = line;

    /// <summary>The value, which may be undefined.</summary>
    public Value Evaluate(Scope scope)
    {
        scope.Step(Line);
        var value = Compute(scope);
        scope.Charge(value);
        return value;
    }

    /// <summary>The value, which must be defined.</summary>
    /// <exception cref="TemplateException">It is not.</exception>
    public Value Use(Scope scope) => Evaluate(scope) switch
    {
        UndefinedValue undefined => throw scope.Fault($"{undefined.Description} is undefined"),
        var value => value,
    };

    /// <summary>The value where it is asked for truth, printed, compared or walked: undefined only where the options say that this is empty.</summary>
    /// <exception cref="TemplateException">It is undefined, and every use of that is a fault.</exception>
    public Value UseOrEmpty(Scope scope) => scope.UndefinedIsEmpty ? Evaluate(scope) : Use(scope);

    /// <summary>Computes the value from those of the parts.</summary>
    protected abstract Value Compute(Scope scope);
}
