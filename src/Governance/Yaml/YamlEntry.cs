namespace Loragate.Governance.Yaml;

/// <summary>A key with its value.</summary>
/// <param name="Line">The key's line.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
internal sealed record YamlEntry(int Line, string Key, YamlNode Value);
