namespace Loragate.Governance.Policies;

/// <summary>One thing that is wrong with a policy.</summary>
/// <param name="Line">The line in the file, from 1.</param>
/// <param name="Message">What is wrong there.</param>
public sealed record PolicyFault(int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"line {Line}: {Message}";
}
