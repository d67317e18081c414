using System.Globalization;

namespace Loragate.EvalHarness.Tasks.Yaml;

/// <summary>A node of a task file with its place.</summary>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1.</param>
internal abstract record YamlNode(string File, long Line)
{
    /// <summary>File and line.</summary>
    public string Place => $"{File}, line {Line.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A fault at this node.</summary>
    public TaskException Fault(string key, string fault) => new($"{Place}, key '{key}'", fault);
}
