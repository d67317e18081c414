using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Data;

/// <summary>The data files of a task by split, relative to the data root.</summary>
/// <param name="IsText">Whether a row is a line of text rather than a JSON object.</param>
/// <param name="Splits">The files of each split.</param>
internal sealed record DataFiles(bool IsText, IReadOnlyDictionary<string, IReadOnlyList<string>> Splits)
{
    /// <summary>Reads <c>dataset_path</c>, <c>dataset_name</c> and <c>dataset_kwargs</c>.</summary>
    public static DataFiles Parse(TaskKeys keys)
    {
        var loader = keys.RequiredText("dataset_path");
        if (loader is not ("json" or "text"))
            throw keys.Fault("dataset_path", $"the data set '{loader}' is not supported: 'json' and 'text' read local files");
        keys.OnlyInert("dataset_name", static _ => false, "a data set's name has no meaning for local files");
        var arguments = keys.Map("dataset_kwargs") ?? throw keys.Fault("dataset_kwargs", "'dataset_kwargs' with 'data_files' is missing");
        var splits = arguments.Node("data_files") switch
        {
            YamlMap map => Splits(TaskKeys.Of(map)),
            null => throw keys.Fault("dataset_kwargs", "'data_files' is missing"),
            _ => new Dictionary<string, IReadOnlyList<string>> { ["train"] = arguments.Texts("data_files")! },
        };
        arguments.Done();
        return new DataFiles(loader == "text", splits);

        static Dictionary<string, IReadOnlyList<string>> Splits(TaskKeys map) =>
            map.Names.ToDictionary(static name => name, name => map.Texts(name) ?? throw map.Fault(name, "no file"));
    }
}
