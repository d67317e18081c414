using System.Text.Json;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>What lies in the folder beside config and weights.</summary>
internal static class FolderRules
{
    private const int MaxTokenizerConfigBytes = 4 << 20;

    private static readonly HashSet<string> PickleExtensions = new(StringComparer.OrdinalIgnoreCase) { ".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt" };
    private static readonly HashSet<string> CodeExtensions = new(StringComparer.OrdinalIgnoreCase) { ".py", ".pyc", ".ipynb", ".so", ".dll", ".dylib", ".exe" };
    private static readonly HashSet<string> ScriptExtensions = new(StringComparer.OrdinalIgnoreCase) { ".sh", ".bash", ".bat", ".cmd", ".ps1", ".js" };

    public static IEnumerable<Finding> Check(PeftAdapter adapter)
    {
        foreach (var file in adapter.Identity.Files)
        {
            foreach (var finding in CheckFile(adapter.Folder, file))
                yield return finding;
        }
        foreach (var warning in adapter.Weights.Header.Warnings)
            yield return new Finding("odd-header", Severity.Warn, PeftAdapter.WeightsFile, warning, "Save the adapter again with PEFT's save_pretrained.");
    }

    private static IEnumerable<Finding> CheckFile(string folder, FileEntry file)
    {
        var extension = Path.GetExtension(file.Path);
        var isOwn = file.Path is PeftAdapter.WeightsFile or AdapterConfig.FileName;
        if (PickleExtensions.Contains(extension) || (!isOwn && StartsLikePickle(Path.Combine(folder, file.Path))))
            yield return new Finding("pickle", Severity.Warn, file.Path, "a pickle: loading it can run code", "Remove the file; the safetensors are enough.");
        else if (CodeExtensions.Contains(extension))
            yield return new Finding("code", Severity.Block, file.Path, "program code in an adapter folder", "Remove the file; an adapter is data.");
        else if (ScriptExtensions.Contains(extension))
            yield return new Finding("executable", Severity.Warn, file.Path, "a script in an adapter folder", "Remove the file; an adapter is data.");
        else if (extension.Equals(".safetensors", StringComparison.OrdinalIgnoreCase) && !file.Path.Contains('/', StringComparison.Ordinal) && !isOwn)
            yield return new Finding("several-weight-files", Severity.Block, file.Path, $"a second weight file beside {PeftAdapter.WeightsFile}: readers differ in which one they load", "Remove the one that does not belong.");
        else if (file.Path.EndsWith("/" + AdapterConfig.FileName, StringComparison.Ordinal))
            yield return new Finding("nested-adapter", Severity.Warn, file.Path, "another adapter in a sub-folder", "Publish one adapter a folder.");
        else if (file.Path.EndsWith(".jinja", StringComparison.Ordinal) || (file.Path == "tokenizer_config.json" && HasChatTemplate(Path.Combine(folder, file.Path))))
            yield return new Finding("chat-template", Severity.Warn, file.Path, "brings a chat template of its own, which changes what users' words become", "Compare it with the base's template.");
    }

    /// <summary>Protocol 2 and later begin with 0x80; a torch archive is a zip.</summary>
    private static bool StartsLikePickle(string path)
    {
        Span<byte> head = stackalloc byte[4];
        using var stream = File.OpenRead(path);
        var count = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return count >= 2 && head[0] == 0x80 && head[1] is >= 2 and <= 5 || count == 4 && head.SequenceEqual("PK\x03\x04"u8);
    }

    private static bool HasChatTemplate(string path)
    {
        using var document = StrictJson.ParseFile(path, MaxTokenizerConfigBytes);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("chat_template", out var template) && template.ValueKind != JsonValueKind.Null;
    }
}
