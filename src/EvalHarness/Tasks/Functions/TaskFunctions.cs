using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Functions;

/// <summary>The functions that a task file may name with <c>!function</c>; a name that is not here is refused.</summary>
internal static class TaskFunctions
{
    private static readonly Dictionary<string, Func<DictValue, DictValue>> OfDocuments = new(StringComparer.Ordinal)
    {
        ["hellaswag_docs"] = HellaSwag.Document,
    };

    private static readonly Dictionary<string, Func<DictValue, Value>> OfFields = new(StringComparer.Ordinal)
    {
        ["crows_choice"] = CrowsPairs.Choices,
    };

    private static readonly Dictionary<string, ResultFunction> OfResults = new(StringComparer.Ordinal)
    {
        ["crows_results"] = CrowsPairs.Results,
        ["swap_results"] = SwapPairs.Results,
        ["process_results_mc2"] = TruthfulQa.Results,
    };

    /// <summary>A function that reshapes a row (<c>process_docs</c>).</summary>
    public static Func<DictValue, DictValue> Documents(YamlNode node, string key) => Find(OfDocuments, node, key);

    /// <summary>A function that computes a field of a row (<c>doc_to_…</c>).</summary>
    public static Func<DictValue, Value> Field(YamlNode node, string key) => Find(OfFields, node, key);

    /// <summary>A function that scores a document (<c>process_results</c>).</summary>
    public static ResultFunction Results(YamlNode node, string key) => Find(OfResults, node, key);

    private static T Find<T>(Dictionary<string, T> functions, YamlNode node, string key) =>
        node is not YamlFunction function ? throw node.Fault(key, "not a function")
        : functions.TryGetValue(function.Name, out var found) ? found
        : throw node.Fault(key, $"the function '{function.Name}' is not known here");
}
