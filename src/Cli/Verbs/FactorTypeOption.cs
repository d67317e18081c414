using System.CommandLine;
using Loragate.Artifacts.Safetensors;

namespace Loragate.Cli.Verbs;

/// <summary>The type in which a new adapter's factors are stored.</summary>
internal static class FactorTypeOption
{
    public static Option<string> Create() =>
        new Option<string>("--dtype") { Description = "The type of the stored factors.", DefaultValueFactory = _ => "float32" }.AcceptOnlyFromAmong("float32", "bfloat16", "float16");

    public static DType TypeOf(string name) => name switch
    {
        "bfloat16" => DType.BF16,
        "float16" => DType.F16,
        _ => DType.F32,
    };
}
