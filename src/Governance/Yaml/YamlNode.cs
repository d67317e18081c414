namespace Loragate.Governance.Yaml;

/// <summary>A YAML value that knows its line.</summary>
/// <param name="Line">The line on which it begins, from 1.</param>
internal abstract record YamlNode(int Line)
{
    /// <summary>The value in words, for messages.</summary>
    public abstract string Kind { get; }
}
