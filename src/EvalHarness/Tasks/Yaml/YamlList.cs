namespace Loragate.EvalHarness.Tasks.Yaml;

/// <summary>A sequence.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Items">The items.</param>
internal sealed record YamlList(string File, long Line, IReadOnlyList<YamlNode> Items) : YamlNode(File, Line);
