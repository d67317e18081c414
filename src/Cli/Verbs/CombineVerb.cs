using System.CommandLine;
using Loragate.Artifacts.Records.Combining;
using Loragate.Cli.Output;
using Loragate.MergeEngine;
using Loragate.MergeEngine.Combining;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate combine</c>: one adapter of several.</summary>
internal static class CombineVerb
{
    public static Command Create(Tool tool)
    {
        var adapters = new Option<string[]>("--adapter") { Description = "An adapter's folder, with '=WEIGHT' for another weight than 1, negative ones too; may be given several times.", HelpName = "ADAPTER[=WEIGHT]", Required = true };
        var method = new Option<string>("--method") { Description = $"How: {string.Join(", ", CombineMethods.Names)}.", HelpName = "NAME", Required = true };
        var rank = new Option<int?>("--rank") { Description = "The rank to recompress to.", HelpName = "R" };
        var density = new Option<double?>("--density") { Description = "The share of elements that stays, for the methods that prune.", HelpName = "D" };
        var sign = new Option<string>("--majority-sign") { Description = "How TIES elects a sign: total (by size) or frequency (by number).", HelpName = "HOW" }.AcceptOnlyFromAmong("total", "frequency");
        var seed = new Option<ulong?>("--seed") { Description = "The seed of everything random, 0 unless given.", HelpName = "N" };
        var dtype = FactorTypeOption.Create();
        var output = CommonOptions.Output("The adapter folder to make.");
        var device = new MergeDeviceOption();
        var json = CommonOptions.Json();
        return Verb.Create(tool, "combine", "Makes one adapter of several, and states how far it is from what was meant.",
            "loragate combine --adapter adapters/routing-good=0.7 --adapter adapters/routing-biased=-0.3 --method cat --output combined", [adapters, method, rank, density, sign, seed, dtype, output, .. device.Options, json], (parsed, cancellationToken) =>
            {
                var options = new MethodOptions
                {
                    Rank = parsed.GetValue(rank),
                    Density = parsed.GetValue(density),
                    MajoritySign = parsed.GetValue(sign) switch { "total" => MajoritySign.Total, "frequency" => MajoritySign.Frequency, _ => null },
                    Seed = parsed.GetValue(seed),
                };
                using var opened = device.Open(parsed);
                var request = new CombineRequest
                {
                    Adapters = [.. parsed.GetValue(adapters)!.Select(AdapterArgument.Parse)],
                    Method = MethodOf(parsed.GetValue(method)!, options),
                    OutputType = FactorTypeOption.TypeOf(parsed.GetValue(dtype)!),
                    Output = parsed.GetValue(output)!,
                    Device = opened,
                    Threads = Tool.Threads,
                    Version = Tool.Version,
                };
                using var line = new ProgressLine(tool.Screen, "Combining");
                var receipt = Combiner.Combine(request, new Relay<MergeProgress>(p => line.Report(p.Done, p.Total)), cancellationToken);
                line.Dispose();
                if (parsed.GetValue(json))
                    tool.Screen.Emit(receipt.ToCanonicalJson());
                Show(tool, receipt, request.Output);
                return ExitCode.Done;
            });
    }

    /// <summary>PEFT's own spelling with underscores is understood as well.</summary>
    private static CombineMethod MethodOf(string name, MethodOptions options)
    {
        try
        {
            return CombineMethods.Create(name.Replace('_', '-'), options);
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--method {name}: {e.Message}");
        }
    }

    private static void Show(Tool tool, CombinationReceipt receipt, string output)
    {
        var (norm, error) = (Length(receipt, m => m.Norm), Length(receipt, m => m.Error));
        var (sum, fromSum) = (Length(receipt, m => m.SumNorm), Length(receipt, m => m.DistanceFromSum));
        foreach (var finding in receipt.Findings)
            tool.Screen.Say($"Warning [{finding.Id}] {finding.Where}: {finding.Message}. {finding.Advice}");
        tool.Screen.Say($"Combined {receipt.Adapters.Count} adapters by {receipt.Method.Name} into {output}: {receipt.Modules.Count} modules, rank {receipt.Modules.Min(m => m.Rank)} to {receipt.Modules.Max(m => m.Rank)}.");
        tool.Screen.Say(FormattableString.Invariant($"The stored update is {error / Math.Max(norm, double.Epsilon):0.###e+0} of its size away from what the method defines, and {fromSum / Math.Max(sum, double.Epsilon):0.###e+0} from the exact weighted sum."));
        tool.Screen.Say($"Receipt {receipt.ComputeDigest().Abbreviated}, in {CombinationReceipt.FileName}.");
    }

    private static double Length(CombinationReceipt receipt, Func<CombinedModule, double> of) => Math.Sqrt(receipt.Modules.Sum(m => of(m) * of(m)));
}
