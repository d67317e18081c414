using Loragate.Artifacts.Safetensors;

namespace Loragate.Cli;

/// <summary>A checkpoint with the same header and tensors of other bytes, as a faulty tool may leave it.</summary>
internal static class ChangedWeights
{
    private const string File = "model.safetensors";

    /// <summary>Rewrites a folder's weights.</summary>
    /// <param name="folder">A folder of the test's own, whose weights are in one file.</param>
    /// <param name="change">The new bytes of a tensor, as many, from its name and its bytes.</param>
    public static void Write(string folder, Func<string, byte[], byte[]> change)
    {
        var (path, changed) = (Path.Combine(folder, File), Path.Combine(folder, "changed"));
        using (var source = SafetensorsFile.Open(path))
        {
            using var writer = SafetensorsWriter.Create(changed, source.Header.Tensors.Select(tensor => new TensorPlan(tensor.Name, tensor.DType, tensor.Shape)), source.Header.Metadata);
            foreach (var tensor in source.Header.Tensors)
                writer.Write(tensor.Name, 0, change(tensor.Name, source.ReadAll(tensor)));
        }
        System.IO.File.Move(changed, path, overwrite: true);
    }

    /// <summary>A tensor's bytes.</summary>
    public static byte[] Read(string folder, string tensor)
    {
        using var source = SafetensorsFile.Open(Path.Combine(folder, File));
        return source.ReadAll(source.Header.Tensors.Single(each => each.Name == tensor));
    }
}
