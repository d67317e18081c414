using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;

namespace Loragate.Tuning.Methods;

/// <summary>The two files of a PEFT folder: <c>adapter_config.json</c> in canonical form, and the weights in float32.</summary>
internal static class SavedAdapter
{
    /// <summary>A config.</summary>
    /// <param name="checkpoint">The base's folder.</param>
    /// <param name="type">The <c>peft_type</c>.</param>
    /// <param name="settings">The method's own keys.</param>
    public static byte[] Config(Checkpoint checkpoint, string type, JsonObject settings)
    {
        settings["base_model_name_or_path"] = BaseName.Of(checkpoint);
        settings["peft_type"] = type;
        settings["task_type"] = "CAUSAL_LM";
        return CanonicalJson.Serialize(settings, JsonSerializerOptions.Default);
    }

    /// <summary>Writes both.</summary>
    public static void Write(OutputFolder output, byte[] config, IReadOnlyList<Parameter> parameters, CancellationToken cancellation)
    {
        output.Write(AdapterConfig.FileName, config);
        TensorFile.Write(Path.Combine(output.Path, PeftAdapter.WeightsFile), parameters, cancellation);
    }
}
