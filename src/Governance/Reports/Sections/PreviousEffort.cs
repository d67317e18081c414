using Loragate.Artifacts;
using Loragate.Artifacts.Records.Deciding;
using Loragate.Artifacts.Records.Measuring;
using Loragate.Governance.Dossiers;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>Size, speed and memory of this release beside those of the one before.</summary>
internal sealed class PreviousEffort(ReportText text)
{
    /// <summary>The blocks.</summary>
    /// <param name="contents">This release.</param>
    /// <param name="previous">The decision on the one before.</param>
    public IEnumerable<Block> Compose(ReportContents contents, Decision previous)
    {
        yield return new Paragraph(text["previous.effort"], Look.Body, 4) { KeepWithNext = true };
        yield return new Table(
            [(text["previous.what"], 0.56f), (text["previous.before"], 0.22f), (text["previous.now"], 0.22f)],
            [
                [
                    Cell.Of(text["comparison.adapter-size"]),
                    Cell.Of(ReportNumbers.Size(previous.Adapter.Files.Sum(file => file.Size))).From(contents.RecordOf(Dossier.PreviousFile)),
                    Cell.Of(ReportNumbers.Size(contents.AdapterSize)).From(contents.RecordOf(Dossier.InspectionFile)),
                ],
                .. Speeds(contents),
            ]) { StaysWhole = true };
        if (Caution(contents.PreviousMeasurement, contents.Measurement) is { } caution)
            yield return new Paragraph(text[caution], Look.Body);
    }

    /// <summary>What two measurements can say of one another; null where nothing was measured.</summary>
    private static string? Caution(Measurement? before, Measurement? now) => (before, now) switch
    {
        (null, null) => null,
        (null, _) => "previous.untimed-before",
        (_, null) => "previous.untimed-now",
        _ when Settings(before) == Settings(now) => "previous.timed-alike",
        _ => "previous.timed-otherwise",
    };

    private static (string, string, int, int, int) Settings(Measurement measurement) =>
        (measurement.Engine.Device, measurement.Engine.Procedure, measurement.Processors, measurement.PromptTokens, measurement.NewTokens);

    private IEnumerable<IReadOnlyList<Cell>> Speeds(ReportContents contents)
    {
        var (before, now) = (contents.PreviousMeasurement, contents.Measurement);
        var (then, here) = (contents.RecordOf(Dossier.PreviousMeasurementFile), contents.RecordOf(Dossier.MeasurementFile));
        if (before is null && now is null)
            yield break;
        foreach (var form in new[] { ModelForm.Attached, ModelForm.Merged })
        {
            foreach (var (what, of) in Figures())
            {
                yield return
                [
                    Cell.Of(text.Fill("report.pair", ("first", text[what]), ("second", text[$"speed.{form.ToString().ToLowerInvariant()}"]))),
                    Value(before, form, of, then),
                    Value(now, form, of, here),
                ];
            }
        }
    }

    private IEnumerable<(string What, Func<MeasuredModel, string> Of)> Figures() =>
    [
        ("speed.first", model => text.Fill("speed.milliseconds", ("value", ReportNumbers.Tenths(1000 * model.FirstTokenSeconds)))),
        ("speed.rate", model => ReportNumbers.Tenths(1 / model.SecondsPerToken)),
        ("speed.memory", model => ReportNumbers.Size(model.MemoryBytes)),
    ];

    private Cell Value(Measurement? measurement, ModelForm form, Func<MeasuredModel, string> of, Digest? record) =>
        measurement?.Models.FirstOrDefault(model => model.Form == form) is { } model ? Cell.Of(of(model)).From(record) : Cell.Of(text["report.none"]);
}
