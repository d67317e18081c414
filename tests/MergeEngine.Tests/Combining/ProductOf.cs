using System.Buffers.Binary;
using System.Text.Json;
using Loragate.Artifacts.Safetensors;

namespace Loragate.MergeEngine.Combining;

/// <summary>What an adapter folder adds to each module, s·B·A, computed in double by code of its own.</summary>
internal static class ProductOf
{
    public static SortedDictionary<string, double[,]> Folder(string folder)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "adapter_config.json")));
        using var file = SafetensorsFile.Open(Path.Combine(folder, "adapter_model.safetensors"));
        var products = new SortedDictionary<string, double[,]>(StringComparer.Ordinal);
        foreach (var name in file.Header.Tensors.Select(t => t.Name).Where(n => n.EndsWith(".lora_A.weight", StringComparison.Ordinal)))
        {
            var module = name["base_model.model.".Length..^".lora_A.weight".Length];
            var (a, b) = (Read(file, name), Read(file, name.Replace(".lora_A.", ".lora_B.", StringComparison.Ordinal)));
            products.Add(module, Multiply(b, a, Scale(config.RootElement, module)));
        }
        return products;
    }

    public static double[,] Read(SafetensorsFile file, string name)
    {
        var tensor = file.Find(name)!;
        var bytes = file.ReadAll(tensor);
        var (rows, columns) = ((int)tensor.Shape[0], (int)tensor.Shape[1]);
        var result = new double[rows, columns];
        for (var i = 0; i < rows * columns; i++)
        {
            result[i / columns, i % columns] = tensor.DType switch
            {
                DType.F32 => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4 * i)),
                DType.F16 => (double)BinaryPrimitives.ReadHalfLittleEndian(bytes.AsSpan(2 * i)),
                _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(2 * i)) << 16),
            };
        }
        return result;
    }

    public static double[,] Multiply(double[,] b, double[,] a, double scale)
    {
        var result = new double[b.GetLength(0), a.GetLength(1)];
        for (var row = 0; row < result.GetLength(0); row++)
        {
            for (var column = 0; column < result.GetLength(1); column++)
            {
                var sum = 0.0;
                for (var k = 0; k < a.GetLength(0); k++)
                    sum += b[row, k] * a[k, column];
                result[row, column] = scale * sum;
            }
        }
        return result;
    }

    public static double[,] Sum(IEnumerable<(double[,] Matrix, double Weight)> terms)
    {
        double[,]? sum = null;
        foreach (var (matrix, weight) in terms)
        {
            sum ??= new double[matrix.GetLength(0), matrix.GetLength(1)];
            for (var row = 0; row < matrix.GetLength(0); row++)
            {
                for (var column = 0; column < matrix.GetLength(1); column++)
                    sum[row, column] += weight * matrix[row, column];
            }
        }
        return sum!;
    }

    public static double Norm(double[,] matrix) => Math.Sqrt(matrix.Cast<double>().Sum(x => x * x));

    public static double Largest(double[,] matrix) => matrix.Cast<double>().Max(Math.Abs);

    public static double[,] Minus(double[,] x, double[,] y) => Sum([(x, 1), (y, -1)]);

    private static double Scale(JsonElement config, string module)
    {
        var rank = Pattern(config, "rank_pattern", module) ?? config.GetProperty("r").GetDouble();
        var alpha = Pattern(config, "alpha_pattern", module) ?? config.GetProperty("lora_alpha").GetDouble();
        return config.TryGetProperty("use_rslora", out var rslora) && rslora.GetBoolean() ? alpha / Math.Sqrt(rank) : alpha / rank;
    }

    private static double? Pattern(JsonElement config, string key, string module) =>
        config.TryGetProperty(key, out var patterns) && patterns.ValueKind == JsonValueKind.Object
            ? patterns.EnumerateObject().Where(p => System.Text.RegularExpressions.Regex.IsMatch(module, $@"^(.*\.)?({p.Name})$")).Select(p => (double?)p.Value.GetDouble()).FirstOrDefault()
            : null;
}
