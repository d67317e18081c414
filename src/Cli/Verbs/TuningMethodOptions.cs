using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts.Records.Training;
using Loragate.Tuning.Methods;

namespace Loragate.Cli.Verbs;

/// <summary>The way of tuning: <c>--method</c> and what each method may be told.</summary>
internal sealed class TuningMethodOptions
{
    private readonly Option<string> _method = new Option<string>("--method") { Description = "How: lora, dora, full, bottleneck or prompt.", DefaultValueFactory = _ => "lora" }.AcceptOnlyFromAmong([.. TrainedMethod.Names]);
    private readonly Option<int?> _rank = new("--rank") { Description = "lora, dora: the rank r, 8 unless given.", HelpName = "R" };
    private readonly Option<double?> _alpha = new("--alpha") { Description = "lora, dora: the scale's numerator, twice the rank unless given.", HelpName = "A" };
    private readonly Option<bool> _rslora = new("--rslora") { Description = "lora, dora: the scale is alpha by the root of the rank." };
    private readonly Option<double?> _dropout = new("--dropout") { Description = "lora, dora: the share of the factors' input that is dropped in training.", HelpName = "P" };
    private readonly Option<string?> _targets = new("--targets") { Description = "lora, dora: ends of module paths, separated by commas; every linear module of the layers unless given.", HelpName = "NAME[,…]" };
    private readonly Option<string?> _layers = new("--layers") { Description = "lora, dora: indices of layers, separated by commas; all unless given.", HelpName = "N[,…]" };
    private readonly Option<string[]> _rankPattern = new("--rank-pattern") { Description = "lora, dora: another rank for modules whose path ends as the expression says; may be given several times.", HelpName = "REGEX=R", DefaultValueFactory = _ => [] };
    private readonly Option<string[]> _alphaPattern = new("--alpha-pattern") { Description = "lora, dora: another alpha likewise.", HelpName = "REGEX=A", DefaultValueFactory = _ => [] };
    private readonly Option<int?> _size = new("--size") { Description = "bottleneck: its width, 16 unless given. prompt: virtual tokens, 100 unless given.", HelpName = "N" };

    public IEnumerable<Option> All => [_method, _rank, _alpha, _rslora, _dropout, _targets, _layers, _rankPattern, _alphaPattern, _size];

    public TuningMethod Read(ParseResult parsed)
    {
        var name = parsed.GetValue(_method)!;
        Option[] foreign = TrainedMethod.IsLowRankName(name) ? [_size] : name == "full" ? [.. All.Skip(1)] : [.. All.Skip(1).SkipLast(1)];
        if (foreign.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } odd)
            throw new UsageException($"{odd.Name} does not go with --method {name}.");
        return name switch
        {
            "full" => new FullMethod(),
            "bottleneck" => new BottleneckMethod { Size = parsed.GetValue(_size) ?? new BottleneckMethod().Size },
            "prompt" => new PromptMethod { Tokens = parsed.GetValue(_size) ?? new PromptMethod().Tokens },
            _ => Lora(parsed, name == "dora"),
        };
    }

    private LoraMethod Lora(ParseResult parsed, bool isDora)
    {
        var method = new LoraMethod
        {
            UseDora = isDora,
            Rank = parsed.GetValue(_rank) ?? new LoraMethod().Rank,
            UseRslora = parsed.GetValue(_rslora),
            Dropout = parsed.GetValue(_dropout) ?? 0,
            Targets = Names(parsed.GetValue(_targets)),
            Layers = [.. Names(parsed.GetValue(_layers)).Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var layer) ? layer : throw new UsageException($"--layers: '{text}' is no index of a layer."))],
            RankPattern = [.. parsed.GetValue(_rankPattern)!.Select(text => Pattern<int>(_rankPattern, text, part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var r) ? r : null))],
            AlphaPattern = [.. parsed.GetValue(_alphaPattern)!.Select(text => Pattern<double>(_alphaPattern, text, part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var a) ? a : (double?)null))],
        };
        return parsed.GetValue(_alpha) is { } alpha ? method with { Alpha = alpha } : method;
    }

    private static string[] Names(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static KeyValuePair<string, T> Pattern<T>(Option option, string text, Func<string, T?> read) where T : struct
    {
        var equals = text.LastIndexOf('=');
        return equals > 0 && read(text[(equals + 1)..]) is { } value
            ? KeyValuePair.Create(text[..equals], value)
            : throw new UsageException($"{option.Name} {text}: write an expression, '=', and a number.");
    }
}
