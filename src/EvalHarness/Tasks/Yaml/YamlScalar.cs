using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Yaml;

/// <summary>A scalar with its YAML 1.1 meaning.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Value">None, a bool, an int, a float or a str.</param>
internal sealed record YamlScalar(string File, long Line, Value Value) : YamlNode(File, Line);
