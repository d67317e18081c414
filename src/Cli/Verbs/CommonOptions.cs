using System.CommandLine;
using System.Globalization;

namespace Loragate.Cli.Verbs;

/// <summary>Options that mean the same in every verb.</summary>
internal static class CommonOptions
{
    public static Option<string> Base(bool required) => new("--base") { Description = "The base model's folder.", HelpName = "BASE", Required = required };

    public static Option<string> Output(string description) => new("--output") { Description = description, HelpName = "DIR", Required = true };

    public static Option<bool> Fresh() => new("--fresh") { Description = "Start over: throw away what an interrupted run left, and leave nothing when interrupted." };

    public static Option<bool> Json() => new("--json") { Description = "Write the record to standard output as canonical JSON." };

    public static Option<string?> ExpertLayout() =>
        new Option<string?>("--expert-layout") { Description = "How the factors of fused experts lie in the adapter's file, where it does not say who wrote it." }.AcceptOnlyFromAmong("expert-fastest", "expert-slowest");

    public static Option<bool> ResidualBase() =>
        new("--residual-base") { Description = "BASE is the residual base that the adapter was trained on, which its initialisation (PiSSA, OLoRA, CorDA, LoftQ, LoRA-GA) left." };

    /// <summary>Training's own default is one thread: the bytes of a run depend on the number, and small models gain nothing by more.</summary>
    public static Option<int> TrainingThreads() => new("--threads") { Description = "Threads that train; the bytes of the result depend on their number.", HelpName = "N", DefaultValueFactory = _ => 1 };

    public static Option<string> Device() => new("--device") { Description = "Where models compute: auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto" };

    /// <summary>The device that was asked for; auto takes CUDA where this build and machine have it.</summary>
    public static string DeviceOf(string text)
    {
        if (text == "cpu")
            return text;
        if (text != "auto" && text != "cuda" && !(text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            throw new UsageException($"--device {text}: write auto, cpu, cuda or cuda:N.");
        var available = TorchSharp.torch.cuda.is_available();
        return (text, available) switch
        {
            ("auto", true) => "cuda",
            ("auto", false) => "cpu",
            (_, true) => text,
            _ => throw new UsageException($"--device {text}: this build or machine has no CUDA. Build with -p:Torch=cuda, or leave the option out."),
        };
    }
}
