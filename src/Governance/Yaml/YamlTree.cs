using System.Text;
using Loragate.Artifacts;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Loragate.Governance.Yaml;

/// <summary>
/// Reads the part of YAML 1.2 in which nothing is hidden: one document of mappings, lists and scalars. Anchors, aliases, tags,
/// duplicate keys, keys that are not text, byte order marks, invalid UTF-8, more than 256 KiB and more than 32 levels are refused.
/// </summary>
internal sealed class YamlTree
{
    /// <summary>The largest file, in bytes.</summary>
    public const int MaxBytes = 256 << 10;

    /// <summary>The deepest nesting.</summary>
    public const int MaxDepth = 32;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Parser _parser;
    private readonly List<YamlFault> _faults = [];

    private YamlTree(TextReader text) => _parser = new Parser(text);

    /// <summary>The mapping that a file holds.</summary>
    /// <param name="utf8">The file's bytes.</param>
    /// <param name="refuse">Makes the exception of the file's format from what is wrong with it.</param>
    /// <exception cref="MalformedInputException">It is not YAML of this kind.</exception>
    public static YamlMapping Parse(ReadOnlySpan<byte> utf8, YamlRefusal refuse)
    {
        var text = Decode(utf8, refuse);
        var tree = new YamlTree(new StringReader(text));
        try
        {
            var root = tree.ReadDocument();
            if (root is not YamlMapping)
                tree.Fault(root.Line, $"a mapping of keys to values was expected, not {root.Kind}");
            return tree._faults.Count == 0 ? (YamlMapping)root : throw refuse([.. tree._faults.OrderBy(fault => fault.Line)], null);
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException)
        {
            // The parser throws the second kind where its scanner gave up in the middle of a collection; it stands where it got to.
            var line = e is YamlException { Start.Line: var at } ? at : tree._parser.Current?.End.Line ?? 1;
            var fault = new YamlFault((int)Math.Max(1, line), $"not YAML ({(e.InnerException?.Message ?? e.Message).TrimEnd('.')})");
            throw refuse([.. tree._faults.Append(fault).OrderBy(f => f.Line)], e);
        }
    }

    private static string Decode(ReadOnlySpan<byte> utf8, YamlRefusal refuse)
    {
        if (utf8.Length > MaxBytes)
            throw refuse([new YamlFault(1, $"{utf8.Length} bytes where at most {MaxBytes} are read")], null);
        if (utf8.StartsWith("\uFEFF"u8))
            throw refuse([new YamlFault(1, "a byte order mark stands before the text")], null);
        try
        {
            return Utf8.GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            var line = utf8[..Math.Clamp(e.Index, 0, utf8.Length)].Count((byte)'\n') + 1;
            throw refuse([new YamlFault(line, "not valid UTF-8")], e);
        }
    }

    private YamlNode ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
            return new YamlScalar(1, "", true);
        _parser.Consume<DocumentStart>();
        var root = ReadNode(1);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            Fault(LineOf(second), "a second document follows; a file is one");
        return root;
    }

    private YamlNode ReadNode(int depth)
    {
        var @event = _parser.Consume<ParsingEvent>();
        if (depth > MaxDepth)
            throw new YamlException(@event.Start, @event.End, $"nested deeper than {MaxDepth} levels");
        if (@event is NodeEvent node)
            CheckPlain(node);
        return @event switch
        {
            Scalar scalar => new YamlScalar(LineOf(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => ReadSequence(LineOf(@event), depth),
            MappingStart => ReadMapping(LineOf(@event), depth),
            AnchorAlias alias => RefuseAlias(alias),
            _ => throw new YamlException(@event.Start, @event.End, "a value was expected"),
        };
    }

    private YamlSequence ReadSequence(int line, int depth)
    {
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode(depth + 1));
        return new YamlSequence(line, items);
    }

    private YamlMapping ReadMapping(int line, int depth)
    {
        var entries = new Dictionary<string, YamlEntry>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            var value = ReadNode(depth + 1);
            if (key is not YamlScalar { Value: var name })
                Fault(key.Line, $"a key must be text, not {key.Kind}");
            else if (!entries.TryAdd(name, new YamlEntry(key.Line, name, value)))
                Fault(key.Line, $"'{name}' is there twice; it first stands on line {entries[name].Line}");
        }
        return new YamlMapping(line, [.. entries.Values]);
    }

    private void CheckPlain(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
            Fault(LineOf(node), $"the anchor '&{node.Anchor}' is refused: write the value where it is used");
        if (!node.Tag.IsEmpty)
            Fault(LineOf(node), $"the tag '{node.Tag}' is refused: write the plain value");
    }

    private YamlScalar RefuseAlias(AnchorAlias alias)
    {
        Fault(LineOf(alias), $"the alias '*{alias.Value}' is refused: write the value where it is used");
        return new YamlScalar(LineOf(alias), "", false);
    }

    private void Fault(int line, string message) => _faults.Add(new YamlFault(line, message));

    private static int LineOf(ParsingEvent @event) => (int)@event.Start.Line;
}
