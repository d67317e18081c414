using System.Globalization;
using Loragate.Artifacts.Records.Training;

namespace Loragate.Governance.Reports.Text;

/// <summary>Ways of tuning in words.</summary>
internal static class TunedWords
{
    private static readonly string[] Sizes = ["rank", "size", "tokens"];

    /// <summary>"LoRA, rank 8"; the name itself where this release knows no words for it.</summary>
    public static string Of(TrainedMethod method, ReportText text) => text.Find($"tuned.{method.Name}") is null
        ? method.Name
        : text.Fill($"tuned.{method.Name}", ("size", Sizes.Select(size => method.Settings.GetValueOrDefault(size)).FirstOrDefault(size => size is not null) ?? ""));

    /// <summary>A learning rate.</summary>
    public static string Rate(double rate) => rate.ToString("R", CultureInfo.InvariantCulture);
}
