namespace Loragate.Governance.Policies;

/// <summary>One thing that is wrong with a policy.</summary>
/// <param name="Line">The line in the file, from 1; 0 for the file as a whole.</param>
/// <param name="Message">What is wrong there.</param>
public sealed record PolicyFault(int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? Message : $"line {Line}: {Message}";
}
