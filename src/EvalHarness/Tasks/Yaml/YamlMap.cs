namespace Loragate.EvalHarness.Tasks.Yaml;

/// <summary>A mapping with string keys, in the file's order.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Entries">The entries; no key comes twice.</param>
internal sealed record YamlMap(string File, long Line, IReadOnlyDictionary<string, YamlNode> Entries) : YamlNode(File, Line);
