using System.CommandLine;
using System.Globalization;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Output;
using Loragate.EvalHarness.Models;
using Loragate.Governance.Signing;
using Loragate.Tuning;
using Loragate.Tuning.Optimizing;

namespace Loragate.Cli.Verbs;

/// <summary><c>loragate train</c>: an adapter, or a fine-tuned model, from data.</summary>
internal static class TrainVerb
{
    public static Command Create(Tool tool)
    {
        var baseModel = CommonOptions.Base(required: true);
        var data = new Option<string[]>("--data") { Description = "A JSONL file of {\"prompt\", \"completion\"} or {\"messages\"}; may be given several times.", HelpName = "FILE", Required = true };
        var validation = new Option<string[]>("--validation") { Description = "Such a file to watch: the parameters of its least loss are saved; may be given several times.", HelpName = "FILE", DefaultValueFactory = _ => [] };
        var method = new TuningMethodOptions();
        var steps = new Option<int>("--steps") { Description = "Optimiser steps.", HelpName = "N", Required = true };
        var batch = new Option<int>("--batch") { Description = "Rows that are run at once.", HelpName = "N", DefaultValueFactory = _ => 8 };
        var accumulation = new Option<int>("--accumulation") { Description = "Such batches in one step.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var rate = new Option<double>("--learning-rate") { Description = "The highest learning rate.", HelpName = "X", Required = true };
        var schedule = new Option<Schedule>("--schedule") { Description = "How it falls: cosine, linear or constant.", DefaultValueFactory = _ => Schedule.Cosine }.AcceptOnlyFromAmong("cosine", "linear", "constant");
        var warmUp = new Option<int?>("--warm-up") { Description = "Steps until it is reached; a twentieth of all unless given.", HelpName = "N" };
        var decay = new Option<double>("--weight-decay") { Description = "AdamW's weight decay.", HelpName = "X", DefaultValueFactory = _ => 0 };
        var clip = new Option<double>("--clip") { Description = "The largest norm of the gradients; 0 for any.", HelpName = "X", DefaultValueFactory = _ => 1 };
        var precision = new Option<string>("--precision") { Description = "What the model computes in: float32, or stored, its own bfloat16 beside float32 parameters.", DefaultValueFactory = _ => "float32" }.AcceptOnlyFromAmong("float32", "stored");
        var recompute = new Option<bool>("--recompute") { Description = "Compute layers again on the way back: less memory, more time." };
        var maxLength = new Option<int?>("--max-length") { Description = "The most tokens that a row may have; the model's context unless given.", HelpName = "N" };
        var repeats = new Option<bool>("--allow-repeats") { Description = "Take rows whose prompt comes again, with the same answer or another." };
        var validate = new Option<int>("--validate-every") { Description = "Steps between validations.", HelpName = "N", DefaultValueFactory = _ => 50 };
        var patience = new Option<int>("--patience") { Description = "Stop after so many validations without a better loss; 0 for never.", HelpName = "N", DefaultValueFactory = _ => 0 };
        var checkpoint = new Option<int>("--checkpoint-every") { Description = "Steps between checkpoints that an interrupted run goes on from.", HelpName = "N", DefaultValueFactory = _ => 50 };
        var seed = new Option<ulong>("--seed") { Description = "The seed of everything random.", HelpName = "N", DefaultValueFactory = _ => 0UL };
        var threads = CommonOptions.TrainingThreads();
        var device = CommonOptions.Device();
        var output = CommonOptions.Output("The folder to make.");
        var fresh = CommonOptions.Fresh();
        var signing = new SignerOptions(isRequired: false, "The trainer's key, which signs where the result comes from");
        var json = CommonOptions.Json();
        return Verb.Create(tool, "train", "Tunes a model on prompts and completions or conversations, and saves an adapter as PEFT does. The same command after an interruption goes on.",
            "loragate train --base base --data training/routing.jsonl --method lora --rank 8 --steps 200 --learning-rate 4e-3 --output adapter",
            [baseModel, data, validation, .. method.All, steps, batch, accumulation, rate, schedule, warmUp, decay, clip, precision, recompute, maxLength, repeats, validate, patience, checkpoint, seed, threads, device, output, fresh, .. signing.All, json], (parsed, cancellationToken) =>
            {
                using var opened = signing.SourceOf(parsed, tool)?.Open();
                var signer = opened?.Signer;
                var signature = TrainingSignature.Beside(parsed.GetValue(output)!);
                if (signer is not null)
                    TrainingSignature.RequireFree(signature);
                var request = new TrainingRequest
                {
                    Base = parsed.GetValue(baseModel)!,
                    Method = method.Read(parsed),
                    Data = parsed.GetValue(data)!,
                    Validation = parsed.GetValue(validation)!,
                    Steps = parsed.GetValue(steps),
                    BatchSize = parsed.GetValue(batch),
                    Accumulation = parsed.GetValue(accumulation),
                    LearningRate = parsed.GetValue(rate),
                    Schedule = parsed.GetValue(schedule),
                    WarmUp = parsed.GetValue(warmUp),
                    Optimizer = new AdamWOptions(WeightDecay: parsed.GetValue(decay)),
                    Clip = parsed.GetValue(clip) is var limit && limit == 0 ? null : limit,
                    Precision = parsed.GetValue(precision) == "stored" ? Precision.Stored : Precision.Float32,
                    Recompute = parsed.GetValue(recompute),
                    MaxLength = parsed.GetValue(maxLength),
                    AllowRepeats = parsed.GetValue(repeats),
                    ValidateEvery = parsed.GetValue(validate),
                    Patience = parsed.GetValue(patience),
                    CheckpointEvery = parsed.GetValue(checkpoint),
                    Seed = parsed.GetValue(seed),
                    Device = CommonOptions.DeviceOf(parsed.GetValue(device)!),
                    Output = parsed.GetValue(output)!,
                    Fresh = parsed.GetValue(fresh),
                    Weights = new DeferredWeights(parsed.GetValue(baseModel)!, Tool.Threads, cancellationToken),
                    Threads = parsed.GetValue(threads),
                    Version = Tool.Version,
                };
                TrainingReceipt receipt;
                using (var line = new ProgressLine(tool.Screen, "Training"))
                    receipt = Trainer.Train(request, new Relay<TrainingProgress>(p => line.Report(p.Step, p.Steps, Detail(p))), cancellationToken);
                if (parsed.GetValue(json))
                    tool.Screen.Emit(receipt.ToCanonicalJson());
                Show(tool, receipt, request.Output);
                if (signer is not null)
                    Sign(tool, request.Output, signature, signer, cancellationToken);
                return ExitCode.Done;
            });
    }

    private static string Detail(TrainingProgress progress) =>
        progress.Validation is { } validation ? $"loss {Number(progress.Loss)}, validation {Number(validation)}" : $"loss {Number(progress.Loss)}";

    private static void Show(Tool tool, TrainingReceipt receipt, string output)
    {
        var bytes = receipt.Files.Sum(f => f.Size);
        tool.Screen.Say($"Trained {receipt.Parameters:N0} parameters by {receipt.Inputs.Method.Name} for {receipt.Losses.Count} steps into {output}: {bytes:N0} bytes.");
        tool.Screen.Say(receipt.Validations.Count == 0
            ? $"Loss {Number(receipt.Losses[0])} at first, {Number(receipt.Losses[^1])} at last."
            : $"Saved step {receipt.SavedStep}: validation loss {Number(receipt.Validations.Min(v => v.Loss))}.");
        tool.Screen.Say($"Receipt {receipt.ComputeDigest().Abbreviated}, in {TrainingReceipt.FileName}.");
    }

    /// <summary>A signature that fails takes nothing of the training away.</summary>
    private static void Sign(Tool tool, string output, string signature, Signer signer, CancellationToken cancellationToken)
    {
        tool.Screen.Say($"Signing {signature}; should that fail, 'loragate sign {output} --training --key …' does it later.");
        _ = TrainingSignature.Sign(output, signature, signer, cancellationToken);
        tool.Screen.Say($"Signed with {signer.Own.Description}.");
    }

    private static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
