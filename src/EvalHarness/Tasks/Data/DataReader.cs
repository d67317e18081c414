using System.Globalization;
using System.Text;
using System.Text.Json;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Data;

/// <summary>Reads data files below a root, or below the task file's own folder where the root lacks them; nothing outside of these.</summary>
/// <param name="root">The folder.</param>
/// <param name="taskFolder">The task file's own folder.</param>
/// <param name="isText">Whether a row is a line of text rather than a JSON object.</param>
/// <param name="maxValues">The most values (rows, items and entries, however deep) that all files together may hold, those included that a row lacks and other rows have: a value takes up to about 100 bytes of memory, and a row counts as five, for it and its place take as much again.</param>
internal sealed class DataReader(string root, string taskFolder, bool isText, long maxValues = DataReader.MaxValues)
{
    private const long MaxValues = 32_000_000;
    private const int MaxBytes = 1 << 30;
    private const int ValuesOfRow = 5;

    private static readonly HashSet<string> NoColumns = [];

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private long _values;

    /// <summary>The digests of the files read so far, in order.</summary>
    public List<Digest> Digests { get; } = [];

    /// <summary>The rows of files, one after the other; the columns that some rows lack are None there.</summary>
    public List<DataRow> Read(IReadOnlyList<string> files)
    {
        var rows = new List<DataRow>();
        foreach (var file in files)
            rows.AddRange(Rows(file));
        return Fill(rows, files);
    }

    private List<DataRow> Rows(string file)
    {
        var path = Resolve(file);
        var bytes = PlainFile.Read(path, MaxBytes);
        Digests.Add(Digest.Of(bytes));

        // What a text holds of these marks, its rows and values cannot outnumber; marks within strings only make the bound wider.
        _values += isText ? ValuesOfRow * LinesOf(bytes) : 1L + bytes.AsSpan().Count((byte)'\n') + bytes.AsSpan().Count((byte)',') + bytes.AsSpan().Count((byte)'[') + (ValuesOfRow * (long)bytes.AsSpan().Count((byte)'{'));
        if (_values > maxValues)
            throw new TaskException(path, $"more than {maxValues} values", "Evaluate on fewer rows, or split the task.");
        return isText ? Lines(bytes, path) : Objects(bytes, path);
    }

    /// <summary>How many lines a text may have: each way to end one, and one that does not end.</summary>
    private static long LinesOf(ReadOnlySpan<byte> bytes) => 1L + bytes.Count((byte)'\n') + bytes.Count((byte)'\r') - bytes.Count("\r\n"u8);

    private string Resolve(string file)
    {
        var path = Below(root, file);
        var beside = Below(taskFolder, file);
        return File.Exists(path) ? path
            : File.Exists(beside) ? beside
            : throw new TaskException(path, "the data file is missing", "Check the data folder (--data; dataRoot in a plan of trials) and the task's data_files.");
    }

    private static string Below(string folder, string file)
    {
        var top = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(top, file));
        if (Path.IsPathRooted(file) || !path.StartsWith(top, StringComparison.Ordinal))
            throw new TaskException(file, "the data file lies outside of the data folder", "Put it into the folder and name it relative to that.");
        for (var parent = Path.GetDirectoryName(path)!; parent.Length >= top.Length; parent = Path.GetDirectoryName(parent)!)
        {
            if (new DirectoryInfo(parent).LinkTarget is { } target)
                throw new TaskException(parent, $"a symbolic link to '{target}', on the way to a data file", "Replace the link by the folder itself.");
        }
        return path;
    }

    // The harness's text loader: universal newlines, a row a line, the last line break ends the last row.
    private static List<DataRow> Lines(byte[] bytes, string path)
    {
        try
        {
            var text = Utf8.GetString(bytes).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
            var lines = text.Length == 0 ? [] : (text.EndsWith('\n') ? text[..^1] : text).Split('\n');
            return [.. lines.Select((line, i) => NewRow($"{path}, line {(i + 1).ToString(CultureInfo.InvariantCulture)}", new DictValue([KeyValuePair.Create("text", (Value)new StringValue(line))])))];
        }
        catch (DecoderFallbackException e)
        {
            throw new TaskException(path, "not UTF-8", inner: e);
        }
    }

    private static List<DataRow> Objects(byte[] bytes, string path)
    {
        if (bytes.AsSpan().TrimStart(" \t\r\n"u8) is [(byte)'[', ..])
            return Whole(bytes, path);
        return [.. JsonLines.Of(bytes, path).Select(line => Row(line.Utf8, line.Place))];
    }

    private static List<DataRow> Whole(byte[] bytes, string path)
    {
        using var document = StrictJson.Parse(bytes, path);
        return [.. document.RootElement.EnumerateArray().Select((item, i) => Object(item, $"{path}, item {i.ToString(CultureInfo.InvariantCulture)}"))];
    }

    private static DataRow Row(ReadOnlyMemory<byte> utf8, string place)
    {
        try
        {
            using var document = StrictJson.Parse(utf8, place);
            return Object(document.RootElement, place);
        }
        catch (JsonFormatException e)
        {
            throw new TaskException(place, e.Fault, "Correct the row.", e);
        }
    }

    private static DataRow Object(JsonElement element, string place) =>
        NewRow(place, Value.From(element) as DictValue ?? throw new TaskException(place, "the row is not a JSON object", "Write one object a line."));

    private static DataRow NewRow(string place, DictValue values) => new(place, values, NoColumns);

    /// <summary>Rows that all have all columns. What is filled in counts like what was read: a column in one row is one in every row.</summary>
    private List<DataRow> Fill(List<DataRow> rows, IReadOnlyList<string> files)
    {
        var columns = rows.SelectMany(static row => row.Values.Entries.Select(static entry => entry.Key)).Distinct().ToList();
        _values += rows.Sum(row => (long)columns.Count - row.Values.Entries.Count);
        if (_values > maxValues)
            throw new TaskException(string.Join(", ", files), string.Create(CultureInfo.InvariantCulture, $"more than {maxValues} values, as there are {rows.Count} rows and {columns.Count} different columns"), "Give every row the same columns.");
        return rows.ConvertAll(row => row.Values.Entries.Count == columns.Count
            ? row
            : row with
            {
                Values = new DictValue([.. columns.Select(column => KeyValuePair.Create(column, row.Values[column] ?? NoneValue.Instance))]),
                Absent = columns.Where(column => row.Values[column] is null).ToHashSet(StringComparer.Ordinal),
            });
    }
}
