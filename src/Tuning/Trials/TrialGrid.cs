using System.Globalization;
using System.Text.RegularExpressions;
using Loragate.EvalHarness.Tasks.Yaml;
using Loragate.EvalHarness.Templates;
using Loragate.Tuning.Methods;

namespace Loragate.Tuning.Trials;

/// <summary>Every combination of what an entry of a plan lists, each with a name that tells all that it was made from.</summary>
internal static partial class TrialGrid
{
    private const double UsualAlphaPerRank = 2;
    private const int LongestName = 200;

    /// <summary>An entry's trials.</summary>
    public static IEnumerable<Trial> Of(TaskKeys keys)
    {
        var method = keys.RequiredText("method");
        IReadOnlyList<(string Name, TuningMethod Method)> methods = method switch
        {
            "lora" or "dora" => [.. Lora(keys, method)],
            "full" => [("full", new FullMethod())],
            "bottleneck" => [.. (keys.Wholes("size") ?? [16]).Select(size => ($"bottleneck-{size}", (TuningMethod)new BottleneckMethod { Size = size }))],
            "prompt" => [.. (keys.Wholes("size") ?? [20]).Select(size => ($"prompt-{size}", (TuningMethod)new PromptMethod { Tokens = size }))],
            _ => throw keys.Fault("method", $"'{method}' is none of lora, dora, full, bottleneck, prompt"),
        };
        var rates = keys.Reals("learningRate") ?? throw keys.Fault("learningRate", "the key 'learningRate' is missing");
        if (rates.Any(rate => rate <= 0))
            throw keys.Fault("learningRate", "not a positive number");
        var steps = keys.OptionalWhole("steps");
        keys.Done();
        return methods.SelectMany(m => rates.Select(rate => new Trial(Name(keys, $"{m.Name}-lr{Text(rate)}"), m.Method, rate, steps)));
    }

    private static IEnumerable<(string Name, TuningMethod Method)> Lora(TaskKeys keys, string method)
    {
        var targets = keys.Sets("targets", node => node is YamlScalar { Value: StringValue text } ? text.Content : throw node.Fault("targets", "an item that is not a name")) ?? [[]];
        var layers = keys.Sets("layers", node => node is YamlScalar { Value: IntValue whole } && whole.Content >= 0 && whole.Content < int.MaxValue ? (int)whole.Content : throw node.Fault("layers", "an item that is no index of a layer")) ?? [[]];
        var (ranks, alphas, dropouts) = (keys.Wholes("rank") ?? [8], keys.Reals("alphaPerRank") ?? [UsualAlphaPerRank], keys.Reals("dropout") ?? [0]);
        if (alphas.Any(alpha => alpha <= 0))
            throw keys.Fault("alphaPerRank", "not a positive number");
        if (dropouts.Any(dropout => dropout is not (>= 0 and < 1)))
            throw keys.Fault("dropout", "no share from 0 to below 1");
        var rslora = keys.Flag("rslora", absent: false);
        return from rank in ranks
               from alpha in alphas
               from dropout in dropouts
               from set in targets
               from few in layers
               select (
                   $"{method}-r{rank}{(alpha == UsualAlphaPerRank ? "" : $"-a{Text(alpha)}")}{(rslora ? "-rs" : "")}{(dropout == 0 ? "" : $"-d{Text(dropout)}")}{Joined(set, "-")}{Joined(few, "-l")}",
                   (TuningMethod)new LoraMethod { Rank = rank, Alpha = alpha * rank, UseDora = method == "dora", UseRslora = rslora, Dropout = dropout, Targets = set, Layers = few });
    }

    private static string Joined<T>(IReadOnlyList<T> items, string before) => items.Count == 0 ? "" : before + string.Join('+', items);

    private static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A trial's folder is called like it.</summary>
    private static string Name(TaskKeys keys, string name) => name.Length <= LongestName && FileName().IsMatch(name)
        ? name
        : throw keys.Fault("targets", $"the trial would be called '{name}', which is no file name: letters, digits, '_', '.' and '-', at most {LongestName} in all");

    [GeneratedRegex(@"\A[A-Za-z0-9_.+-]+\z")]
    private static partial Regex FileName();
}
