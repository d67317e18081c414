using System.Globalization;
using System.Text.RegularExpressions;
using Loragate.Artifacts.Records.Training;
using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;
using Loragate.Tuning.Methods;

namespace Loragate.Tuning.Trials;

/// <summary>Every combination of what an entry of a plan lists, each with a name that tells all that it was made from.</summary>
internal static partial class TrialGrid
{
    private const int LongestName = 200;

    /// <summary>An entry's trials, counted before any is made.</summary>
    /// <param name="keys">The entry.</param>
    /// <param name="most">How many there may be.</param>
    /// <param name="faults">Hears of keys that are unknown.</param>
    public static IReadOnlyList<Trial> Of(TaskKeys keys, int most, PlanFaults faults)
    {
        var method = keys.RequiredText("method");
        var (count, methods) = method switch
        {
            _ when TrainedMethod.IsLowRankName(method) => Lora(keys, method),
            "full" => (1, [("full", new FullMethod())]),
            "bottleneck" => Sized(keys, "bottleneck", new BottleneckMethod().Size, size => new BottleneckMethod { Size = size }),
            "prompt" => Sized(keys, "prompt", new PromptMethod().Tokens, size => new PromptMethod { Tokens = size }),
            _ => throw keys.Fault("method", $"'{method}' is none of {string.Join(", ", TrainedMethod.Names)}"),
        };
        var rates = keys.Reals("learningRate") ?? throw keys.Fault("learningRate", "the key 'learningRate' is missing");
        if (rates.Any(rate => rate <= 0))
            throw keys.Fault("learningRate", "not a positive number");
        var steps = keys.OptionalWhole("steps");
        foreach (var unknown in keys.Unknown())
            faults.Add(unknown);
        return count * rates.Count <= most
            ? [.. methods.SelectMany(m => rates.Select(rate => new Trial(Name(keys, $"{m.Name}-lr{Text(rate)}"), m.Method, rate, steps)))]
            : throw keys.Fault("method", string.Create(CultureInfo.InvariantCulture, $"the entry stands for {count * rates.Count:0} trials, and {most} more may be planned"));
    }

    private static (double Count, IEnumerable<(string Name, TuningMethod Method)> Methods) Sized(TaskKeys keys, string name, int usual, Func<int, TuningMethod> method)
    {
        var sizes = keys.Wholes("size") ?? [usual];
        return (sizes.Count, sizes.Select(size => ($"{name}-{size}", method(size))));
    }

    private static (double Count, IEnumerable<(string Name, TuningMethod Method)> Methods) Lora(TaskKeys keys, string method)
    {
        var targets = keys.Sets("targets", node => node is YamlScalar { Value: StringValue text } ? text.Content : throw node.Fault("targets", "an item that is not a name")) ?? [[]];
        var layers = keys.Sets("layers", node => node is YamlScalar { Value: IntValue whole } && whole.Content >= 0 && whole.Content < int.MaxValue ? (int)whole.Content : throw node.Fault("layers", "an item that is no index of a layer")) ?? [[]];
        var (ranks, alphas, dropouts) = (keys.Wholes("rank") ?? [new LoraMethod().Rank], keys.Reals("alphaPerRank") ?? [LoraMethod.UsualAlphaPerRank], keys.Reals("dropout") ?? [0]);
        if (alphas.Any(alpha => alpha <= 0))
            throw keys.Fault("alphaPerRank", "not a positive number");
        if (dropouts.Any(dropout => dropout is not (>= 0 and < 1)))
            throw keys.Fault("dropout", "no share from 0 to below 1");
        var rslora = keys.Flag("rslora", absent: false);
        var (rankPattern, alphaPattern, label) = (Pattern(keys, "rankPattern", (map, key) => map.Wholes(key)), Pattern(keys, "alphaPattern", (map, key) => map.Reals(key)), keys.Text("label"));
        if (label is null && rankPattern.Count + alphaPattern.Count > 0)
            throw keys.Fault("label", "the key 'label' is missing: an expression is no part of a name, so patterns get one");
        return (
            (double)ranks.Count * alphas.Count * dropouts.Count * targets.Count * layers.Count,
            from rank in ranks
            from alpha in alphas
            from dropout in dropouts
            from set in targets
            from few in layers
            select (
                $"{method}-r{rank}{(alpha == LoraMethod.UsualAlphaPerRank ? "" : $"-a{Text(alpha)}")}{(rslora ? "-rs" : "")}{(dropout == 0 ? "" : $"-d{Text(dropout)}")}{Joined(set, "-")}{Joined(few, "-l")}{(label is null ? "" : $"-{label}")}",
                (TuningMethod)new LoraMethod
                {
                    Rank = rank,
                    Alpha = alpha * rank,
                    UseDora = method == "dora",
                    UseRslora = rslora,
                    Dropout = dropout,
                    Targets = set,
                    Layers = few,
                    RankPattern = rankPattern,
                    AlphaPattern = alphaPattern,
                }));
    }

    /// <summary>Numbers by regular expression over the ends of modules' paths, in the order in which they are written; the first match holds.</summary>
    private static IReadOnlyList<KeyValuePair<string, T>> Pattern<T>(TaskKeys keys, string key, Func<TaskKeys, string, IReadOnlyList<T>?> read) => keys.Map(key) is { } map
        ? [.. map.Names.Select(expression => KeyValuePair.Create(expression, read(map, expression) is [var number] ? number : throw map.Fault(expression, "not one number")))]
        : [];

    private static string Joined<T>(IReadOnlyList<T> items, string before) => items.Count == 0 ? "" : before + string.Join('+', items);

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A trial's folder is called like it.</summary>
    private static string Name(TaskKeys keys, string name) => name.Length <= LongestName && FileName().IsMatch(name)
        ? name
        : throw keys.Fault("method", $"the trial would be called '{name}', which is no file name: letters, digits, '_', '.' and '-', at most {LongestName} in all");

    [GeneratedRegex(@"\A[A-Za-z0-9_.+-]+\z")]
    private static partial Regex FileName();
}
