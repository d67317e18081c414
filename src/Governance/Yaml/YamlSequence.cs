namespace Loragate.Governance.Yaml;

/// <summary>A list.</summary>
/// <param name="Line">Its line.</param>
/// <param name="Items">The items in order.</param>
internal sealed record YamlSequence(int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line)
{
    public override string Kind => "a list";
}
