using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Auditing;

/// <summary>Writes a checkpoint that is another one with some tensors exchanged, added or left out.</summary>
internal static class Patchwork
{
    /// <summary>A copy of <paramref name="source"/> with the bytes that <paramref name="change"/> gives; null leaves a tensor out.</summary>
    public static string Write(string source, string target, Func<TensorInfo, byte[], byte[]?> change, params IEnumerable<(TensorInfo Info, byte[] Bytes)> added)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source).Where(f => !f.EndsWith(".safetensors", StringComparison.Ordinal) && Path.GetFileName(f) != Checkpoint.IndexFile))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        using var checkpoint = Checkpoint.Open(source);
        var tensors = checkpoint.Tensors.Values.Select(t => (t.Info, Bytes: change(t.Info, t.ReadAll()))).Where(t => t.Bytes is not null).Concat(added.Select(a => (a.Info, (byte[]?)a.Bytes))).ToList();
        using var writer = SafetensorsWriter.Create(Path.Combine(target, Checkpoint.SingleFile), tensors.Select(t => new TensorPlan(t.Info.Name, t.Info.DType, t.Info.Shape)), new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var (info, bytes) in tensors)
            writer.Write(info.Name, 0, bytes!);
        return target;
    }

    /// <summary>A base with the tensors of a file in the place of its own, and those that it has not added.</summary>
    public static string WithTensorsOf(string source, string target, string file)
    {
        using var changed = SafetensorsFile.Open(file);
        using var checkpoint = Checkpoint.Open(source);
        var added = changed.Header.Tensors.Where(t => !checkpoint.Tensors.ContainsKey(t.Name)).Select(t => (t, changed.ReadAll(t))).ToList();
        return Write(source, target, (info, bytes) => changed.Find(info.Name) is { } other ? changed.ReadAll(other) : bytes, added);
    }
}
