using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tasks.Functions;

/// <summary>
/// The functions that a task file may name with <c>!function</c>; a name that is not here is refused. Most are found by their own name, in whatever module;
/// those whose name says nothing without its module by both.
/// </summary>
internal static class TaskFunctions
{
    private static readonly Dictionary<string, Func<DictValue, DictValue>> OfDocuments = new(StringComparer.Ordinal)
    {
        ["bbq_docs"] = HarnessBbq.Document,
        ["hellaswag_docs"] = HellaSwag.Document,
        ["jcommonsenseqa_docs"] = JCommonsenseQa.Document,
        ["winogender_docs"] = Winogender.Document,
    };

    private static readonly Dictionary<string, Func<DictValue, Value>> OfFields = new(StringComparer.Ordinal)
    {
        ["bbq_choice"] = HarnessBbq.Choices,
        ["bbq_target"] = HarnessBbq.Target,
        ["crows_choice"] = CrowsPairs.Choices,
        ["preprocess_winogrande.doc_to_choice"] = WinoGrande.Choices,
        ["preprocess_winogrande.doc_to_target"] = WinoGrande.Ending,
        ["preprocess_winogrande.doc_to_text"] = WinoGrande.Question,
    };

    private static readonly Dictionary<string, ResultFunction> OfResults = new(StringComparer.Ordinal)
    {
        ["bbq_original_results"] = Bbq.Results,
        ["bbq_results"] = HarnessBbq.Results,
        ["crows_results"] = CrowsPairs.Results,
        ["crows_results_per_token"] = CrowsPairs.ResultsPerToken,
        ["swap_results"] = SwapPairs.Results,
        ["process_results_mc2"] = TruthfulQa.Results,
        ["winogender_results"] = Winogender.Results,
    };

    private static readonly Dictionary<string, GroupAggregation> OfGroups =
        HarnessBbq.Aggregations.Concat(Bbq.Aggregations).Concat(Winogender.Aggregations).ToDictionary(StringComparer.Ordinal);

    /// <summary>A function that reshapes a row (<c>process_docs</c>).</summary>
    public static Func<DictValue, DictValue> Documents(YamlNode node, string key) => Find(OfDocuments, node, key);

    /// <summary>A function that computes a field of a row (<c>doc_to_…</c>).</summary>
    public static Func<DictValue, Value> Field(YamlNode node, string key) => Find(OfFields, node, key);

    /// <summary>A function that scores a document (<c>process_results</c>).</summary>
    public static ResultFunction Results(YamlNode node, string key) => Find(OfResults, node, key);

    /// <summary>An aggregation that a result function's metric names; null where the name is none of these.</summary>
    public static GroupAggregation? Aggregation(string name) => OfGroups.GetValueOrDefault(name);

    private static T Find<T>(Dictionary<string, T> functions, YamlNode node, string key) =>
        node is not YamlFunction function ? throw node.Fault(key, "not a function")
        : functions.TryGetValue(function.Path, out var found) || functions.TryGetValue(function.Name, out found) ? found
        : throw node.Fault(key, $"the function '{function.Name}' is not known here; known are {string.Join(", ", functions.Keys.Order(StringComparer.Ordinal))}");
}
