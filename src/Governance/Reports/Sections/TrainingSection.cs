using Loragate.Artifacts.Records.Training;
using Loragate.Governance.Reports.Layout;
using Loragate.Governance.Reports.Text;

namespace Loragate.Governance.Reports.Sections;

/// <summary>How the adapter was trained, on what; nothing where its folder does not say.</summary>
internal sealed class TrainingSection(ReportText text) : Section(text)
{
    /// <inheritdoc/>
    public override IEnumerable<Block> Compose(ReportContents contents)
    {
        if (contents.Training is not { } receipt)
            yield break;
        var (inputs, settings) = (receipt.Inputs, receipt.Inputs.Settings);
        var record = receipt.ComputeDigest();
        yield return new Heading(Text["training.heading"]);
        yield return new Paragraph(Text["training.lead"], Look.Body, 4) { KeepWithNext = true };
        yield return Facts(
        [
            (Text["training.method"], Cell.Of(Text.Fill("training.method-of", ("method", TunedWords.Of(inputs.Method, Text)), ("parameters", ReportNumbers.Count(receipt.Parameters)))).From(record)),
            (Text["training.base"], Named(inputs.Base.Name, inputs.Base.WeightsDigest.Hex).From(record)),
            .. inputs.Data.Select((data, i) => (i == 0 ? Text["training.data"] : "", Data(data).From(record))),
            .. inputs.Validation.Select((data, i) => (i == 0 ? Text["training.validation"] : "", Data(data).From(record))),
            (Text["training.course"], Cell.Of(Text.Fill(
                "training.course-of", ("steps", ReportNumbers.Count(receipt.Losses.Count)), ("rows", ReportNumbers.Count((long)settings.BatchSize * settings.Accumulation)),
                ("rate", TunedWords.Rate(settings.LearningRate)), ("seed", settings.Seed), ("saved", ReportNumbers.Count(receipt.SavedStep)))).From(record)),
            (Text["training.receipt"], Cell.Mono(record.Hex).From(record)),
        ]);
    }

    private Cell Data(TrainingData data) => Named(Text.Fill("training.rows", ("name", data.Name), ("rows", ReportNumbers.Count(data.Rows))), data.Sha256.Hex);

    private static Cell Named(string name, string digest) => new([new CellText(name, Look.Small), new CellText(digest, Look.Digest)]);
}
