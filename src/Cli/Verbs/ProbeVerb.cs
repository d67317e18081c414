using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts.Folders;
using Loragate.EvalHarness.Evaluating;
using Loragate.EvalHarness.Remote;
using Loragate.MergeEngine;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate probe</c>: what a server has to answer to show that it applies an adapter.</summary>
internal static class ProbeVerb
{
    public static Command Create(Tool tool)
    {
        var model = new Option<string>("--model") { Description = "The base's folder.", HelpName = "DIR", Required = true };
        var adapter = new Option<string>("--adapter") { Description = "The adapter's folder; it is computed live beside the base.", HelpName = "ADAPTER", Required = true };
        var output = new Option<string>("--output") { Description = "Where to write the probe.", HelpName = "FILE", Required = true };
        var device = CommonOptions.Device();
        return Verb.Create(tool, "probe", "Computes what base and adapter say of random token sequences: a server is held against it before its scores are taken, and the adapter has to be served under the name that is told.",
            "loragate probe --model base --adapter adapters/routing-good --output routing-good.probe.json", [model, adapter, output, device], (parsed, cancellationToken) =>
            {
                using var evaluator = Evaluator.Open(new EvaluatorOptions
                {
                    Model = parsed.GetValue(model)!,
                    Weights = WeightsDigest.ComputeTensors(parsed.GetValue(model)!, Tool.Threads, cancellationToken),
                    Device = CommonOptions.DeviceOf(parsed.GetValue(device)!),
                    Threads = Tool.Threads,
                    Version = Tool.Version,
                });
                using var attached = evaluator.Attach(parsed.GetValue(adapter)!, cancellationToken);
                var probe = attached.MakeProbe(cancellationToken);
                AtomicFile.Write(Path.GetFullPath(parsed.GetValue(output)!), probe.ToCanonicalJson());
                tool.Screen.Say(string.Create(CultureInfo.InvariantCulture, $"{probe.Items.Count} sequences in {parsed.GetValue(output)}. Serve the adapter as {RemoteModel.NameOf(attached.Model.AdapterDigest!.Value)}."));
                return ExitCode.Done;
            });
    }
}
