using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.MergeEngine.Combining;

/// <summary>The inputs of a combination, proved from configs and headers to fit each other and the method.</summary>
internal sealed class CombinePlan
{
    private CombinePlan(CombineMethod method, IReadOnlyList<CombineInput> inputs)
    {
        Method = method;
        Inputs = inputs;
        Modules = [.. inputs.SelectMany(i => i.Modules.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The method that holds for these inputs.</summary>
    public CombineMethod Method { get; }

    public IReadOnlyList<CombineInput> Inputs { get; }

    /// <summary>Every module that some input has.</summary>
    public IReadOnlyList<string> Modules { get; }

    /// <summary>Plans a combination.</summary>
    /// <exception cref="CombineException">The adapters cannot be combined, or not by this method.</exception>
    public static CombinePlan Create(CombineMethod method, IReadOnlyList<(PeftAdapter Adapter, double Weight)> adapters)
    {
        var findings = new List<Finding>();
        var inputs = new List<CombineInput>();
        foreach (var (adapter, weight) in adapters)
        {
            var rules = new CombineRules(adapter);
            inputs.Add(new CombineInput(adapter, weight, rules.Read(weight)));
            findings.AddRange(rules.Findings);
        }
        findings.AddRange(BaseConflicts(inputs));
        findings.AddRange(ShapeConflicts(inputs));
        var plan = new CombinePlan(method.For(inputs.Count), inputs);
        if (findings.Count == 0)
            findings.AddRange(plan.Method.Demands(inputs));
        return findings.Count == 0 ? plan : throw new CombineException(string.Join(" + ", adapters.Select(a => a.Adapter.Folder)), findings);
    }

    /// <summary>The names for target_modules: the inputs' own where all target the same modules by plain names, else every path.</summary>
    public IReadOnlyList<string> TargetNames() =>
        Inputs.All(i => i.Modules.Count == Modules.Count && IsPlain(i.Adapter.Config.Targets))
            ? [.. Inputs.SelectMany(i => i.Adapter.Config.Targets.Names!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
            : Modules;

    private bool IsPlain(TargetModules targets) =>
        targets is { Names.Count: > 0, Layers.Count: 0, ExcludedNames.Count: 0, ExcludedPattern: null } && Modules.All(targets.Includes);

    private static IEnumerable<Finding> BaseConflicts(List<CombineInput> inputs)
    {
        var named = inputs.Where(i => !string.IsNullOrEmpty(i.Adapter.Config.BaseModel)).ToList();
        foreach (var odd in named.Where(i => i.Adapter.Config.BaseModel != named[0].Adapter.Config.BaseModel))
            yield return new Finding("different-bases", Severity.Block, odd.Adapter.Identity.Name, $"was made for '{odd.Adapter.Config.BaseModel}', {named[0].Adapter.Identity.Name} for '{named[0].Adapter.Config.BaseModel}'", "Combine adapters of one base; if these names mean the same model, make them equal.");
        foreach (var odd in inputs.Where(i => i.Adapter.Config.TaskType != inputs[0].Adapter.Config.TaskType))
            yield return new Finding("different-tasks", Severity.Block, odd.Adapter.Identity.Name, $"has the task type '{odd.Adapter.Config.TaskType}', {inputs[0].Adapter.Identity.Name} has '{inputs[0].Adapter.Config.TaskType}'", "Combine adapters of one task type.");
    }

    private static IEnumerable<Finding> ShapeConflicts(List<CombineInput> inputs)
    {
        var first = new Dictionary<string, (CombineInput Input, FactorPair Pair)>(StringComparer.Ordinal);
        foreach (var input in inputs)
        {
            foreach (var (path, pair) in input.Modules)
            {
                if (!first.TryAdd(path, (input, pair)) && first[path].Pair is var other && (other.Rows != pair.Rows || other.Columns != pair.Columns))
                    yield return new Finding("shape-mismatch", Severity.Block, $"{input.Adapter.Identity.Name}, {path}", $"B·A is [{pair.Rows}, {pair.Columns}], in {first[path].Input.Adapter.Identity.Name} [{other.Rows}, {other.Columns}]", "Combine adapters of one base.");
            }
        }
    }
}
