using System.CommandLine;
using Loragate.Artifacts.Records.Merging;
using Loragate.Cli.Output;
using Loragate.MergeEngine;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate unmerge</c>: the base back, bit for bit, with proof.</summary>
internal static class UnmergeVerb
{
    public static Command Create(Tool tool)
    {
        var merged = new Option<string>("--merged") { Description = "A folder that 'loragate merge' wrote.", HelpName = "DIR", Required = true };
        var adapters = new Option<string[]>("--adapter") { Description = "The merged adapters in their order; without it, the copies in the merged folder.", HelpName = "ADAPTER" };
        var output = CommonOptions.Output("The folder to make.");
        var device = new MergeDeviceOption();
        var fresh = CommonOptions.Fresh();
        var json = CommonOptions.Json();
        return Verb.Create(tool, "unmerge", "Takes a merge back and proves it against the base's digests in the receipt.",
            "loragate unmerge --merged merged --output restored", [merged, adapters, output, .. device.Options, fresh, json], (parsed, cancellationToken) =>
            {
                using var opened = device.Open(parsed);
                var request = new UnmergeRequest
                {
                    Merged = parsed.GetValue(merged)!,
                    Adapters = parsed.GetValue(adapters) ?? [],
                    Output = parsed.GetValue(output)!,
                    Resumes = !parsed.GetValue(fresh),
                    Device = opened,
                    Threads = Tool.Threads,
                    Version = Tool.Version,
                };
                UnmergeReceipt proof;
                using (var progress = new ShardProgress(tool.Screen, "Unmerging"))
                    proof = Unmerger.Unmerge(request, progress, cancellationToken);
                if (parsed.GetValue(json))
                    tool.Screen.Emit(proof.ToCanonicalJson());
                tool.Screen.Say($"Restored {proof.Restored.Name} into {request.Output}: every tensor has the SHA-256 of the base (weights {proof.Restored.WeightsDigest.Abbreviated}).");
                return ExitCode.Done;
            });
    }
}
