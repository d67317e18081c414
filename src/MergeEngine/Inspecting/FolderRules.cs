using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Combining;
using Loragate.Artifacts.Records.Extracting;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Training;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>What lies in the folder beside config and weights.</summary>
internal static class FolderRules
{
    private static readonly HashSet<string> PickleExtensions = new(StringComparer.OrdinalIgnoreCase) { ".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt" };
    private static readonly HashSet<string> CodeExtensions = new(StringComparer.OrdinalIgnoreCase) { ".py", ".pyc", ".ipynb", ".so", ".dll", ".dylib", ".exe", ".pyd", ".pyw", ".jar", ".class", ".wasm", ".node" };
    private static readonly HashSet<string> ScriptExtensions = new(StringComparer.OrdinalIgnoreCase) { ".sh", ".bash", ".bat", ".cmd", ".ps1", ".js" };
    private static readonly HashSet<string> ReadingMatter = new(StringComparer.OrdinalIgnoreCase) { ".md", ".pdf", ".png", ".jpg", ".jpeg", ".svg" };
    private static readonly HashSet<string> Notices = new(StringComparer.OrdinalIgnoreCase) { "LICENSE", "LICENCE", "NOTICE", "LICENSE.txt", "NOTICE.txt", ".gitattributes" };
    private static readonly HashSet<string> LinkExtensions = new(StringComparer.OrdinalIgnoreCase) { ".lnk", ".url", ".desktop", ".webloc" };

    public static IEnumerable<Finding> Check(PeftAdapter adapter, Checkpoint? baseModel)
    {
        foreach (var file in adapter.Identity.Files)
        {
            foreach (var finding in CheckFile(adapter.Folder, file))
                yield return finding;
            if (IsUnjudged(adapter.Folder, file, baseModel))
                yield return new Finding("unjudged-file", Severity.Warn, file.Path, "loaders may take it in place of the base's file or of the adapter's, and nothing here is measured with it", "Remove the file, or keep the base's own.");
            if (file.Path.Split('/').Any(part => part.StartsWith(".git", StringComparison.OrdinalIgnoreCase)))
                yield return new Finding("unsigned-file", Severity.Warn, file.Path, "a model signature (OpenSSF Model Signing) leaves files of version control out", "Remove the file; an adapter is data.");
        }
        foreach (var names in adapter.Identity.Files.GroupBy(file => file.Path, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            yield return new Finding("names-differ-by-case", Severity.Block, names.Key, $"{string.Join(", ", names.Select(file => file.Path))} are one file on a disk that does not tell case apart", "Keep the one that belongs.");
        foreach (var warning in adapter.Weights.Header.Warnings)
            yield return new Finding("odd-header", Severity.Warn, PeftAdapter.WeightsFile, warning, "Save the adapter again with PEFT's save_pretrained.");
    }

    /// <summary>A file that is neither weights, config, reading matter nor a receipt, nor the base's own byte for byte.</summary>
    private static bool IsUnjudged(string adapterFolder, FileEntry file, Checkpoint? baseModel)
    {
        if (file.Path is PeftAdapter.WeightsFile or AdapterConfig.FileName || ReadingMatter.Contains(Path.GetExtension(file.Path)) || Notices.Contains(Path.GetFileName(file.Path)))
            return false;
        if (IsReceipt(adapterFolder, file.Path))
            return false;
        var own = baseModel is null ? null : Path.Combine(baseModel.Folder, file.Path);
        return own is null || !File.Exists(own) || Digest.OfFile(own) != file.Sha256;
    }

    /// <summary>A receipt in its place, where no loader looks, and nothing but one: a record is read strictly.</summary>
    private static bool IsReceipt(string folder, string path)
    {
        try
        {
            var full = Path.Combine(folder, path);
            Record? receipt = path switch
            {
                TrainingReceipt.FileName => Record.ReadFile<TrainingReceipt>(full),
                CombinationReceipt.FileName => Record.ReadFile<CombinationReceipt>(full),
                ExtractionReceipt.FileName => Record.ReadFile<ExtractionReceipt>(full),
                _ => null,
            };
            return receipt is not null;
        }
        catch (RecordException)
        {
            return false;
        }
    }

    private static IEnumerable<Finding> CheckFile(string folder, FileEntry file)
    {
        var extension = Path.GetExtension(file.Path);
        var isOwn = file.Path is PeftAdapter.WeightsFile or AdapterConfig.FileName;
        var content = isOwn ? Content.Other : Look(Path.Combine(folder, file.Path));
        if (PickleExtensions.Contains(extension) || content == Content.Pickle)
            yield return new Finding("pickle", Severity.Warn, file.Path, "a pickle: loading it can run code", "Remove the file; the safetensors are enough.");
        else if (CodeExtensions.Contains(extension) || content == Content.Program)
            yield return new Finding("code", Severity.Block, file.Path, "program code in an adapter folder", "Remove the file; an adapter is data.");
        else if (ScriptExtensions.Contains(extension) || content == Content.Script)
            yield return new Finding("executable", Severity.Warn, file.Path, "a script in an adapter folder", "Remove the file; an adapter is data.");
        else if (extension.Equals(".safetensors", StringComparison.OrdinalIgnoreCase) && !file.Path.Contains('/', StringComparison.Ordinal) && !isOwn)
            yield return new Finding("several-weight-files", Severity.Block, file.Path, $"a second weight file beside {PeftAdapter.WeightsFile}: readers differ in which one they load", "Remove the one that does not belong.");
        else if (file.Path.EndsWith("/" + AdapterConfig.FileName, StringComparison.Ordinal))
            yield return new Finding("nested-adapter", Severity.Warn, file.Path, "another adapter in a sub-folder", "Publish one adapter a folder.");
        else if (LinkExtensions.Contains(extension))
            yield return new Finding("link-file", Severity.Warn, file.Path, "a shortcut to a place outside the folder", "Remove the file; an adapter is data.");
    }

    /// <summary>What the first bytes say: pickle protocol 2 and later begin with 0x80, a torch archive is a zip; ELF, PE and Mach-O are programs.</summary>
    private static Content Look(string path)
    {
        Span<byte> head = stackalloc byte[4];
        using var stream = File.OpenRead(path);
        var count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        ReadOnlySpan<byte> read = head[..count];
        return read switch
        {
            [0x80, >= 2 and <= 5, ..] or [(byte)'P', (byte)'K', 3, 4] => Content.Pickle,
            [0x7F, (byte)'E', (byte)'L', (byte)'F'] or [(byte)'M', (byte)'Z', ..] or [0xCF, 0xFA, 0xED, 0xFE] or [0xCA, 0xFE, 0xBA, 0xBE] => Content.Program,
            [(byte)'#', (byte)'!', ..] => Content.Script,
            _ => Content.Other,
        };
    }

    private enum Content
    {
        Other,
        Pickle,
        Program,
        Script,
    }
}
