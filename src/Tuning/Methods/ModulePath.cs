using System.Globalization;

namespace Loragate.Tuning.Methods;

/// <summary>What a linear module's path says: "model.layers.3.mlp.experts.1.down_proj" ends in down_proj and lies in layer 3.</summary>
internal static class ModulePath
{
    /// <summary>The last part.</summary>
    public static string LastName(string path) => path[(path.LastIndexOf('.') + 1)..];

    /// <summary>The index of the layer, which is the first number, as PEFT takes it: later ones count experts. Null outside the layers.</summary>
    public static int? LayerOf(string path)
    {
        foreach (var part in path.Split('.'))
        {
            if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var layer))
                return layer;
        }
        return null;
    }
}
