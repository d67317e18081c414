using System.Globalization;
using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.EvalHarness.Tasks;
using Loragate.EvalHarness.Tasks.Data;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Contamination;

/// <summary>
/// The windows of a training set by digest, so that evaluation items can be held against it by somebody who may not see it. A digest hides what
/// nobody can guess and nothing else: who has a text can ask whether it was in the training.
/// </summary>
public sealed class TrainingDigests
{
    private const string Header = "loragate.training-digests/2";
    private const int HexDigits = 16;
    private const int MaxBytes = 512 << 20;

    private readonly ulong[] _sorted;

    private TrainingDigests(ulong[] sorted, Digest file) => (_sorted, File) = (sorted, file);

    /// <summary>SHA-256 of the file of these digests.</summary>
    public Digest File { get; }

    /// <summary>How many different windows there are.</summary>
    public int Count => _sorted.Length;

    /// <summary>The windows of data files: JSON rows, of which every text counts, or, where the name ends on .txt, lines.</summary>
    /// <exception cref="TaskException">A file is missing or malformed.</exception>
    public static TrainingDigests OfFiles(IReadOnlyList<string> files, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        var windows = new HashSet<ulong>();
        foreach (var file in files)
        {
            if (!System.IO.File.Exists(file))
                throw new TaskException(file, "no such file", "Name the files of the training set.");
            var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
            foreach (var row in new DataReader(folder, folder, file.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)).Read([Path.GetFileName(file)]))
            {
                cancellationToken.ThrowIfCancellationRequested();
                windows.UnionWith(TextsOf(row.Values).SelectMany(WordWindows.OfTraining));
            }
        }
        return windows.Count > 0
            ? Of([.. windows.Order()])
            : throw new TaskException(string.Join(", ", files), $"no text of {WordWindows.ShortLength} words or more", "Name the training set: what is held against nothing shows nothing.");
    }

    /// <summary>The windows of texts.</summary>
    public static TrainingDigests OfTexts(IEnumerable<string> texts) => Of([.. texts.SelectMany(WordWindows.OfTraining).Distinct().Order()]);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="TaskException">It is another file, or was changed by hand.</exception>
    public static TrainingDigests Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!System.IO.File.Exists(path))
            throw new TaskException(path, "no such file", "Make it with 'loragate contamination digest'.");
        var bytes = PlainFile.Read(path, MaxBytes);
        var header = Encoding.ASCII.GetBytes(FirstLine + "\n");
        if (!bytes.AsSpan().StartsWith(header))
            throw new TaskException(path, $"the first line is not '{FirstLine}'", "Make it with 'loragate contamination digest'.");
        if (bytes[^1] != '\n')
            throw new TaskException(path, "the last line does not end", "The file was cut: make it again.");
        ReadOnlySpan<byte> rest = bytes.AsSpan(header.Length);
        var sorted = new ulong[rest.Count((byte)'\n')];
        for (var i = 0; i < sorted.Length; i++)
        {
            var line = rest[..rest.IndexOf((byte)'\n')];
            rest = rest[(line.Length + 1)..];
            if (line.Length != HexDigits || !ulong.TryParse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out sorted[i]) || (i > 0 && sorted[i] <= sorted[i - 1]))
                throw new TaskException(string.Create(CultureInfo.InvariantCulture, $"{path}, line {i + 2}"), "not the next digest of 16 hexadecimal digits", "The file was changed: make it again.");
        }
        return new TrainingDigests(sorted, Digest.Of(bytes));
    }

    /// <summary>Writes the digests, one a line in ascending order.</summary>
    public void Write(string path) => AtomicFile.Write(path, Content(_sorted));

    /// <summary>Whether a window is one of them.</summary>
    internal bool Contains(ulong digest) => Array.BinarySearch(_sorted, digest) >= 0;

    /// <summary>Every text in a row, however deep.</summary>
    internal static IEnumerable<string> TextsOf(Value value) => value switch
    {
        StringValue text => [text.Content],
        ListValue list => list.Items.SelectMany(TextsOf),
        DictValue dict => dict.Entries.SelectMany(entry => TextsOf(entry.Value)),
        _ => [],
    };

    private static TrainingDigests Of(ulong[] sorted) => new(sorted, Digest.Of(Content(sorted)));

    private static byte[] Content(ulong[] sorted)
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        foreach (var digest in sorted)
            text.Append(digest.ToString("x16", CultureInfo.InvariantCulture)).Append('\n');
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static string FirstLine => string.Create(CultureInfo.InvariantCulture, $"{Header} {WordWindows.Length} {WordWindows.ShortLength}");
}
