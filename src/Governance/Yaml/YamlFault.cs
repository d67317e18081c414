namespace Loragate.Governance.Yaml;

/// <summary>One thing that is wrong with a file.</summary>
/// <param name="Line">The line in the file, from 1; 0 for the file as a whole.</param>
/// <param name="Message">What is wrong there.</param>
public sealed record YamlFault(int Line, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? Message : $"line {Line}: {Message}";
}
