namespace Loragate.Governance.Yaml;

/// <summary>Text, a number or a flag: what it is, the reader of its key says.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Value">The text between the quotes, if it has some.</param>
/// <param name="IsPlain">Whether it stands without quotes and is no block of text.</param>
internal sealed record YamlScalar(int Line, string Value, bool IsPlain) : YamlNode(Line)
{
    public override string Kind => IsPlain && Value is "" or "~" or "null" ? "nothing" : $"'{Value}'";
}
