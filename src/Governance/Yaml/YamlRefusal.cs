using Loragate.Artifacts;

namespace Loragate.Governance.Yaml;

/// <summary>Makes the exception of a file's format.</summary>
/// <param name="faults">Everything that is wrong, in the order of the lines.</param>
/// <param name="inner">The YAML parser's own exception, or null.</param>
internal delegate MalformedInputException YamlRefusal(IReadOnlyList<YamlFault> faults, Exception? inner);
