namespace Loragate.EvalHarness.Tasks.Yaml;

/// <summary>A reference to a function: <c>!function module.name</c>.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Path">The function with its module.</param>
internal sealed record YamlFunction(string File, long Line, string Path) : YamlNode(File, Line)
{
    /// <summary>The function's name without its module.</summary>
    public string Name => Path[(Path.LastIndexOf('.') + 1)..];
}
