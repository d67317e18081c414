using System.Text.Json;
using Loragate.Artifacts.Json;

namespace Loragate.Artifacts.Safetensors;

/// <summary>
/// The parsed header of a safetensors file: every tensor with its place, every byte of the buffer accounted for
/// (docs/formats/safetensors.v1.md lists what is refused beyond the reference library).
/// </summary>
public sealed class SafetensorsHeader
{
    /// <summary>The largest header, the reference library's own limit.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    internal const string MetadataKey = "__metadata__";
    private const int LongName = 1024;
    private const int ManyDimensions = 8;

    private static readonly HashSet<string> Fields = ["dtype", "shape", "data_offsets"];

    private readonly List<string> _warnings = [];

    private SafetensorsHeader(string place) => Place = place;

    /// <summary>The file.</summary>
    public string Place { get; }

    /// <summary>The tensors in the order of their bytes.</summary>
    public IReadOnlyList<TensorInfo> Tensors { get; private set; } = [];

    /// <summary>The <c>__metadata__</c> strings.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; private set; } = new Dictionary<string, string>();

    /// <summary>What the format allows but a careful reader mentions: odd names, shapes and fields.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Parses the JSON of a header, padding included.</summary>
    /// <param name="json">The bytes between the length field and the buffer.</param>
    /// <param name="bufferLength">How many bytes follow the header.</param>
    /// <param name="place">The file, for messages.</param>
    /// <exception cref="SafetensorsException">The header breaks a rule of the format.</exception>
    public static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long bufferLength, string place) => Parse(json, (long?)bufferLength, place);

    /// <summary>Parses a header whose buffer is not at hand: it is as long as the tensors say.</summary>
    /// <exception cref="SafetensorsException">The header breaks a rule of the format.</exception>
    public static SafetensorsHeader ParseAlone(ReadOnlyMemory<byte> json, string place) => Parse(json, null, place);

    private static SafetensorsHeader Parse(ReadOnlyMemory<byte> json, long? bufferLength, string place)
    {
        var header = new SafetensorsHeader(place);
        using var document = header.ParseJson(json);
        var tensors = new List<TensorInfo>();
        foreach (var property in document.RootElement.EnumerateObject())
        {
            if (property.Name == MetadataKey)
                header.ReadMetadata(property.Value);
            else
                tensors.Add(header.ReadEntry(property.Name, property.Value));
        }
        header.Tensors = header.CheckLayout(tensors, bufferLength);
        header.WarnAboutNames();
        return header;
    }

    private JsonDocument ParseJson(ReadOnlyMemory<byte> json)
    {
        var trimmed = json[..(json.Span.LastIndexOfAnyExcept((byte)' ') + 1)];
        if (trimmed.IsEmpty || trimmed.Span[0] != (byte)'{')
            throw Fault(SafetensorsFault.HeaderStart, "the header does not begin with '{'");
        if (trimmed.Span[^1] != (byte)'}')
            throw Fault(SafetensorsFault.HeaderJson, "the header does not end with '}' and spaces");
        try
        {
            return StrictJson.Parse(trimmed, Place);
        }
        catch (JsonFormatException e)
        {
            throw new SafetensorsException(Place, SafetensorsFault.HeaderJson, $"the header is {e.Fault}", e);
        }
    }

    private void ReadMetadata(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            _warnings.Add("__metadata__ is null");
            return;
        }
        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
            throw Fault(SafetensorsFault.Metadata, "__metadata__ is not an object of strings");
        Metadata = value.EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);
    }

    private TensorInfo ReadEntry(string name, JsonElement entry)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
            throw Fault(SafetensorsFault.Name, "a tensor name holds a NUL character");
        if (entry.ValueKind != JsonValueKind.Object)
            throw Fault(SafetensorsFault.Entry, $"the entry is {Kind(entry)}, not an object", name);
        foreach (var field in entry.EnumerateObject().Where(f => !Fields.Contains(f.Name)))
            _warnings.Add($"tensor '{name}' has the unknown field '{field.Name}'");

        var dtype = ReadDType(name, Field(name, entry, "dtype"));
        var shape = ReadIntegers(name, Field(name, entry, "shape"), SafetensorsFault.Shape, "shape");
        var offsets = ReadIntegers(name, Field(name, entry, "data_offsets"), SafetensorsFault.Offsets, "data_offsets");
        if (offsets.Length != 2)
            throw Fault(SafetensorsFault.Offsets, $"data_offsets has {offsets.Length} numbers, not two", name);
        if (offsets[1] < offsets[0])
            throw Fault(SafetensorsFault.Offsets, $"data_offsets end at {offsets[1]}, before their start at {offsets[0]}", name);

        var tensor = new TensorInfo(name, dtype, shape, offsets[0], offsets[1]);
        var bytes = BytesOf(name, dtype, shape);
        if (bytes != tensor.Length)
            throw Fault(SafetensorsFault.Size, $"shape {tensor.ShapeText} of {dtype} needs {bytes} bytes, data_offsets give {tensor.Length}", name);
        return tensor;
    }

    private JsonElement Field(string name, JsonElement entry, string field) =>
        entry.TryGetProperty(field, out var value) ? value : throw Fault(SafetensorsFault.Entry, $"the entry has no '{field}'", name);

    private DType ReadDType(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Fault(SafetensorsFault.DType, $"dtype is {Kind(value)}, not a string", name);
        var text = value.GetString()!;
        return Enum.TryParse<DType>(text, ignoreCase: false, out var dtype) && Enum.GetName(dtype) == text
            ? dtype
            : throw Fault(SafetensorsFault.DType, $"unknown dtype '{text}'", name);
    }

    private long[] ReadIntegers(string name, JsonElement value, SafetensorsFault code, string field)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw Fault(code, $"{field} is {Kind(value)}, not an array", name);
        return [.. value.EnumerateArray().Select(item => ReadInteger(name, item, code, field))];
    }

    private long ReadInteger(string name, JsonElement item, SafetensorsFault code, string field)
    {
        var digits = item.ValueKind == JsonValueKind.Number ? item.GetRawText() : "";
        return digits.Length > 0 && digits.All(char.IsAsciiDigit) && item.TryGetInt64(out var number)
            ? number
            : throw Fault(code, $"{field} holds {item.GetRawText()}, not a non-negative 64-bit integer", name);
    }

    private long BytesOf(string name, DType dtype, long[] shape)
    {
        try
        {
            var elements = shape.Contains(0) ? 0 : shape.Aggregate(1L, static (product, dimension) => checked(product * dimension));
            var bits = checked(elements * dtype.Bits);
            return bits % 8 == 0 ? bits / 8 : throw Fault(SafetensorsFault.Size, $"{elements} elements of {dtype} do not fill whole bytes", name);
        }
        catch (OverflowException e)
        {
            throw new SafetensorsException($"{Place}, tensor '{name}'", SafetensorsFault.Shape, "the product of the shape exceeds 64 bits", e);
        }
    }

    /// <summary>Every byte of the buffer belongs to exactly one tensor.</summary>
    private List<TensorInfo> CheckLayout(List<TensorInfo> tensors, long? bufferLength)
    {
        var ordered = tensors.OrderBy(t => t.Start).ThenBy(t => t.End).ThenBy(t => t.Name, StringComparer.Ordinal).ToList();
        var position = 0L;
        foreach (var tensor in ordered)
        {
            if (tensor.Start != position)
            {
                var what = tensor.Start < position ? "overlaps the tensor before it" : $"leaves {tensor.Start - position} bytes before it to nobody";
                throw Fault(SafetensorsFault.Layout, $"starts at byte {tensor.Start} where byte {position} is next: it {what}", tensor.Name);
            }
            position = tensor.End;
        }
        if (bufferLength is { } length && position != length)
        {
            throw Fault(SafetensorsFault.FileLength, position < length
                ? $"{length - position} bytes follow the last tensor"
                : $"the file is {position - length} bytes too short for its tensors");
        }
        return ordered;
    }

    private void WarnAboutNames()
    {
        if (Tensors.Count == 0)
            _warnings.Add("the file holds no tensor");
        foreach (var tensor in Tensors)
        {
            if (tensor.Name.Length is 0 or > LongName)
                _warnings.Add($"a tensor name has {tensor.Name.Length} characters");
            if (tensor.Name.Any(IsDeceptive) || tensor.Name.Contains('/', StringComparison.Ordinal) || tensor.Name.Contains('\\', StringComparison.Ordinal))
                _warnings.Add($"tensor name '{tensor.Name}' holds path or direction characters");
            if (tensor.Shape.Count > ManyDimensions || (tensor.Shape.Contains(0) && tensor.Shape.Max() > int.MaxValue))
                _warnings.Add($"tensor '{tensor.Name}' has the unusual shape {tensor.ShapeText}");
        }
        foreach (var names in Tensors.GroupBy(t => t.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            _warnings.Add($"tensor names differ in case only: {string.Join(", ", names.Select(t => t.Name))}");
    }

    /// <summary>Control characters and the Unicode direction overrides.</summary>
    private static bool IsDeceptive(char c) => char.IsControl(c) || c is '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static string Kind(JsonElement element) => element.ValueKind.ToString().ToLowerInvariant();

    private SafetensorsException Fault(SafetensorsFault code, string fault, string? tensor = null) =>
        new(tensor is null ? Place : $"{Place}, tensor '{tensor}'", code, fault);
}
