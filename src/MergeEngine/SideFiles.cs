using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>
/// The files beside the weights. Config, tokenizer and licence files are copied; the model card (it describes another model), code
/// and pickles are left out. Where the type of the weights changes, config and index say so, and the originals are kept for unmerge.
/// </summary>
internal static class SideFiles
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".json", ".model", ".txt", ".jinja", ".tiktoken" };
    private static readonly string[] TypeKeys = ["torch_dtype", "dtype"];
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write(Checkpoint baseModel, MergePlan plan, OutputFolder output, bool keepOriginals)
    {
        foreach (var name in baseModel.SideFiles().Where(IsCarried))
            output.CopyIn(Path.Combine(baseModel.Folder, name), name);
        if (baseModel.IsSharded)
            output.CopyIn(Path.Combine(baseModel.Folder, Checkpoint.IndexFile), Checkpoint.IndexFile);
        if (plan.Tensors.FirstOrDefault(t => t.OutputType != t.Source.Info.DType) is not { } converted)
            return;
        Rewrite(Checkpoint.ConfigFile, output, keepOriginals, root => SetType(root, converted.OutputType));
        if (baseModel.IsSharded)
            Rewrite(Checkpoint.IndexFile, output, keepOriginals, root => root["metadata"] = new JsonObject { ["total_size"] = plan.OutputBytes });
    }

    /// <summary>The files at the output's top, and the originals that are kept for unmerge, in ordinal order.</summary>
    public static IEnumerable<string> Written(OutputFolder output)
    {
        const string Kept = $"{UndoFormat.Folder}/{UndoFormat.Originals}";
        var originals = Path.Combine(output.Path, Kept);
        return Directory.EnumerateFiles(output.Path).Select(f => Path.GetFileName(f))
            .Concat(Directory.Exists(originals) ? Directory.EnumerateFiles(originals).Select(f => $"{Kept}/{Path.GetFileName(f)}") : [])
            .Order(StringComparer.Ordinal);
    }

    private static bool IsCarried(string name) =>
        Extensions.Contains(Path.GetExtension(name)) || name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase) || name.StartsWith("NOTICE", StringComparison.OrdinalIgnoreCase);

    private static void SetType(JsonNode root, DType type)
    {
        var name = type switch { DType.F32 => "float32", DType.F16 => "float16", _ => "bfloat16" };
        foreach (var key in TypeKeys.Where(k => root[k] is not null))
            root[key] = name;
    }

    private static void Rewrite(string name, OutputFolder output, bool keepOriginal, Action<JsonNode> change)
    {
        var path = Path.Combine(output.Path, name);
        var root = JsonNode.Parse(File.ReadAllBytes(path))!;
        change(root);
        if (keepOriginal)
            output.CopyIn(path, Path.Combine(UndoFormat.Folder, UndoFormat.Originals, name));
        output.Write(name, JsonSerializer.SerializeToUtf8Bytes(root, Indented));
    }
}
