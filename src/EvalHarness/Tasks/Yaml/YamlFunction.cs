namespace Loragate.EvalHarness.Tasks.Yaml;

/// <summary>A reference to a function: <c>!function module.name</c>.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Name">The function's name without its module.</param>
internal sealed record YamlFunction(string File, long Line, string Name) : YamlNode(File, Line);
