using System.Text;
using Loragate.EvalHarness.Templates;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Loragate.EvalHarness.Tasks.Yaml;

/// <summary>Reads one YAML document strictly: no anchors, aliases, merge keys, duplicate keys or foreign tags, within limits.</summary>
internal sealed class YamlReader
{
    /// <summary>The most bytes that a task file may have.</summary>
    public const int MaxBytes = 256 << 10;

    private const int MaxDepth = 32;

    private readonly Parser _parser;
    private readonly string _path;

    private YamlReader(string text, string path)
    {
        _parser = new Parser(new StringReader(text));
        _path = path;
    }

    /// <summary>Reads the mapping that a file holds.</summary>
    /// <exception cref="TaskException">The file is not such a document.</exception>
    public static YamlMap Read(ReadOnlySpan<byte> utf8, string path)
    {
        try
        {
            return new YamlReader(new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(utf8), path).Whole();
        }
        catch (DecoderFallbackException e)
        {
            throw new TaskException(path, "not UTF-8", inner: e);
        }
    }

    private YamlMap Whole()
    {
        try
        {
            return Document();
        }
        catch (YamlException e)
        {
            throw new TaskException($"{_path}, line {e.Start.Line}", $"not YAML ({e.Message})", inner: e);
        }
        catch (InvalidOperationException e)
        {
            // The parser throws this where its scanner gave up in the middle of a collection; it stands where it got to.
            throw new TaskException($"{_path}, line {_parser.Current?.End.Line ?? 1}", $"not YAML ({e.Message})", inner: e);
        }
    }

    private YamlMap Document()
    {
        _parser.Consume<StreamStart>();
        _parser.Consume<DocumentStart>();
        var root = Node(0) as YamlMap ?? throw new TaskException(_path, "not a mapping of keys");
        _parser.Consume<DocumentEnd>();
        return _parser.Accept<StreamEnd>(out _) ? root : throw new TaskException(_path, "more than one document");
    }

    private YamlNode Node(int depth)
    {
        var line = _parser.Current!.Start.Line;
        if (depth > MaxDepth)
            throw Fault(line, $"more than {MaxDepth} levels");
        if (_parser.Accept<AnchorAlias>(out _))
            throw Fault(line, "an alias: write the value out");
        var node = _parser.Consume<NodeEvent>();
        if (!node.Anchor.IsEmpty)
            throw Fault(line, "an anchor: write the value out");
        return node switch
        {
            Scalar scalar => Scalar(scalar, line),
            SequenceStart sequence when sequence.Tag.IsEmpty => List(line, depth),
            MappingStart mapping when mapping.Tag.IsEmpty => Map(line, depth),
            _ => throw Fault(line, $"the tag '{node.Tag}'"),
        };
    }

    private YamlNode Scalar(Scalar scalar, long line)
    {
        if (!scalar.Tag.IsEmpty && scalar.Tag.Value == "!function")
            return new YamlFunction(_path, line, scalar.Value);
        if (!scalar.Tag.IsEmpty && !scalar.Tag.IsNonSpecific)
            throw Fault(line, $"the tag '{scalar.Tag}'");
        if (scalar.Style != ScalarStyle.Plain)
            return new YamlScalar(_path, line, new StringValue(scalar.Value));
        return new YamlScalar(_path, line, YamlScalars.Resolve(scalar.Value)
            ?? throw Fault(line, $"'{scalar.Value}' means something else to other readers: put it in quotes"));
    }

    private YamlList List(long line, int depth)
    {
        var items = new List<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(Node(depth + 1));
        return new YamlList(_path, line, items);
    }

    private YamlMap Map(long line, int depth)
    {
        var entries = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var start = _parser.Current!.Start.Line;
            var key = Node(depth + 1) is YamlScalar scalar ? scalar.Value.Text : throw Fault(start, "a key that is not text");
            if (key == "<<")
                throw Fault(start, "a merge key: write the entries out");
            if (!entries.TryAdd(key, Node(depth + 1)))
                throw Fault(start, $"the key '{key}' comes twice");
        }
        return new YamlMap(_path, line, entries);
    }

    private TaskException Fault(long line, string fault) => new($"{_path}, line {line}", fault);
}
