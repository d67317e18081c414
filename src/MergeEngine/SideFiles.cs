using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Inspecting;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;
using Loragate.MergeEngine.Undo;

namespace Loragate.MergeEngine;

/// <summary>
/// The files beside the weights. Config, tokenizer, chat template and licence files are copied, and links to them followed as those to weights are; the model card (it
/// describes another model), code and pickles are left out. Where the type of the weights changes or a tied head becomes a tensor, config and index say so, and the originals are
/// kept for unmerge.
/// </summary>
internal static class SideFiles
{
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".json", ".model", ".txt", ".jinja", ".tiktoken" };
    private static readonly HashSet<string> LicenceExtensions = new(StringComparer.OrdinalIgnoreCase) { "", ".txt", ".md", ".rst", ".html", ".pdf" };
    private static readonly string[] TypeKeys = ["torch_dtype", "dtype"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Write(Checkpoint baseModel, MergePlan plan, OutputFolder output, bool keepOriginals)
    {
        output.Write(Checkpoint.ConfigFile, baseModel.ConfigBytes.Span);
        foreach (var name in Carried(baseModel).Where(name => name != Checkpoint.ConfigFile))
            output.CopyIn(Path.Combine(baseModel.Folder, name), name);
        var converted = plan.Tensors.FirstOrDefault(t => t.Output.DType != t.Source.DType);
        if (converted is not null || plan.Unties)
            Rewrite(Checkpoint.ConfigFile, output, keepOriginals, root => Describe(root, converted?.Output.DType, plan.Unties));
        if (baseModel.IsSharded && (converted is not null || plan.Tensors.Any(t => t.IsAdded)))
            Rewrite(Checkpoint.IndexFile, output, keepOriginals, root => Index(root, baseModel, plan));
    }

    /// <summary>The files at the output's top, its chat templates, the originals that are kept for unmerge and what earlier merges left, in ordinal order.</summary>
    public static IEnumerable<string> Written(OutputFolder output)
    {
        const string Kept = $"{UndoFormat.Folder}/{UndoFormat.Originals}";
        var originals = Path.Combine(output.Path, Kept);
        return Directory.EnumerateFiles(output.Path).Select(f => Path.GetFileName(f)).Concat(ChatTemplates.FilesIn(output.Path))
            .Concat(Directory.Exists(originals) ? Directory.EnumerateFiles(originals).Select(f => $"{Kept}/{Path.GetFileName(f)}") : [])
            .Concat(EarlierMerges.FilesIn(output.Path))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>The base's files that a merge carries along, in ordinal order.</summary>
    public static IEnumerable<string> Carried(Checkpoint baseModel) =>
        baseModel.SideFiles().Where(IsCarried).Concat(ChatTemplates.FilesIn(baseModel.Folder)).Select(name => Plain(baseModel.Folder, name)).Concat(baseModel.IsSharded ? [Checkpoint.IndexFile] : []).Order(StringComparer.Ordinal);

    /// <summary>Whether a file of a receipt is one that is carried along, by its path in the folder.</summary>
    public static bool IsBeside(string path) => !path.Contains('/', StringComparison.Ordinal) || IsTemplate(path);

    /// <summary>Whether a path is that of a chat template with a name.</summary>
    public static bool IsTemplate(string path) => path.StartsWith(ChatTemplates.Folder + "/", StringComparison.Ordinal);

    /// <summary>Refuses what leads to no plain file, so that none of these files is left out unsaid.</summary>
    private static string Plain(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        var file = new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        return File.Exists(file) && ((!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) || PosixFile.IsRegular(file)) ? name : throw new CheckpointException(path, "leads to no plain file", "Download the checkpoint again.");
    }

    /// <summary>The first carried file of a base that is not the one of the receipt, or that only one of them has; null where they agree.</summary>
    public static string? Fault(MergeReceipt receipt, Checkpoint baseModel, CancellationToken cancellationToken)
    {
        const string Kept = $"{UndoFormat.Folder}/{UndoFormat.Originals}/";
        var files = receipt.Files.ToDictionary(f => f.Path, f => f.Sha256, StringComparer.Ordinal);
        var expected = files.Where(f => IsBeside(f.Key)).ToDictionary(f => f.Key, f => files.GetValueOrDefault(Kept + f.Key, f.Value), StringComparer.Ordinal);
        // Merges of before templates with names were carried left them out.
        var carried = Carried(baseModel).Where(name => !IsTemplate(name) || expected.Keys.Any(IsTemplate)).ToHashSet(StringComparer.Ordinal);
        if (carried.FirstOrDefault(name => !expected.ContainsKey(name)) is { } added)
            return $"{added} is not in the receipt";
        if (expected.Keys.FirstOrDefault(name => !carried.Contains(name)) is { } missing)
            return $"{missing} is missing";
        return carried.Where(name => !IsRewritten(receipt, name))
            .Select(name => (Name: name, Found: Digest.OfFile(Path.Combine(baseModel.Folder, name), cancellationToken)))
            .Where(file => file.Found != expected[file.Name])
            .Select(file => $"{file.Name} has SHA-256 {file.Found} where the receipt says {expected[file.Name]}")
            .FirstOrDefault();
    }

    /// <summary>A merge into another type, or one that unties the head, without undo keeps no original of these: the config's digest is in the receipt, and the tensors say what the index does.</summary>
    private static bool IsRewritten(MergeReceipt receipt, string name) =>
        (receipt.DType != "keep" || receipt.Merged.Any(t => t.Source is not null)) && receipt.UndoFile is null && name is (Checkpoint.ConfigFile or Checkpoint.IndexFile);

    private static bool IsCarried(string name) =>
        Extensions.Contains(Path.GetExtension(name)) || IsLicence(name);

    /// <summary>"LICENSE", "NOTICE.md", "LICENSE-2.0": what begins so and is no program.</summary>
    private static bool IsLicence(string name) =>
        (name.StartsWith("LICENSE", StringComparison.OrdinalIgnoreCase) || name.StartsWith("NOTICE", StringComparison.OrdinalIgnoreCase))
        && Path.GetExtension(name) is var extension && (LicenceExtensions.Contains(extension) || extension.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0);

    private static void Describe(JsonNode root, DType? type, bool unties)
    {
        if (type is { } changed)
            NameType(root.AsObject(), changed switch { DType.F32 => "float32", DType.F16 => "float16", _ => "bfloat16" });
        if (!unties)
            return;
        root[BaseLayout.TieKey] = false;
        if (root["text_config"] is JsonObject text && text[BaseLayout.TieKey] is not null)
            text[BaseLayout.TieKey] = false;
    }

    /// <summary>Names the type here and in the configs of a model's parts ("text_config", "vision_config").</summary>
    private static void NameType(JsonObject config, string type)
    {
        foreach (var key in TypeKeys.Where(k => config[k] is JsonValue))
            config[key] = type;
        foreach (var (_, part) in config.Where(p => p.Value is JsonObject && BaseLayout.IsPart(p.Key)).ToList())
            NameType(part!.AsObject(), type);
    }

    private static void Index(JsonNode root, Checkpoint baseModel, MergePlan plan)
    {
        root["metadata"] = new JsonObject { ["total_size"] = plan.OutputBytes };
        foreach (var added in plan.Tensors.Where(t => t.IsAdded))
            root["weight_map"]![added.Output.Name] = Path.GetFileName(baseModel.Tensor(added.Source.Name).Shard.Path);
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
