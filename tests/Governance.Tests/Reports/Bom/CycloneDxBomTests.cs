using System.Text.Json;
using Loragate.Artifacts.Records.Inspecting;

namespace Loragate.Governance.Reports.Bom;

public sealed class CycloneDxBomTests
{
    public static TheoryData<string> Samples => [nameof(ReportSamples.Approved), nameof(ReportSamples.RejectedByBias), nameof(ReportSamples.Undecided), nameof(ReportSamples.Hostile), nameof(ReportSamples.SixtyRules)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void A_bill_of_materials_is_valid_by_the_published_schema(string sample) =>
        Assert.Empty(PublishedSchema.FaultsOfBom(Render(Of(sample))));

    [Fact]
    public void The_published_schema_refuses_what_it_forbids()
    {
        var text = System.Text.Encoding.UTF8.GetString(Render(ReportSamples.Approved));
        foreach (var broken in new[] { text.Replace("machine-learning-model", "model", StringComparison.Ordinal), text.Replace("\"bomFormat\":\"CycloneDX\",", "", StringComparison.Ordinal), text.Replace("urn:uuid:", "urn:uuid:x", StringComparison.Ordinal) })
        {
            Assert.NotEqual(text, broken);
            Assert.NotEmpty(PublishedSchema.FaultsOfBom(System.Text.Encoding.UTF8.GetBytes(broken)));
        }
    }

    [Fact]
    public void The_base_is_the_pedigrees_ancestor_and_data_metrics_and_bias_are_there()
    {
        var contents = ReportSamples.RejectedByBias with { Inspection = ReportSamples.RejectedByBias.Inspection with { Licences = [new Licence("adapter", "routing", "apache-2.0", "README.md"), new Licence("base", "tiny", "mit", "README.md")] } };
        var root = JsonDocument.Parse(Render(contents)).RootElement;
        var adapter = root.GetProperty("metadata").GetProperty("component");
        Assert.Equal("apache-2.0", adapter.GetProperty("licenses")[0].GetProperty("license").GetProperty("name").GetString());
        var ancestor = Assert.Single(adapter.GetProperty("pedigree").GetProperty("ancestors").EnumerateArray());
        Assert.Equal(contents.Merge!.Base.Name, ancestor.GetProperty("name").GetString());
        Assert.Contains(ancestor.GetProperty("properties").EnumerateArray(), property => property.GetProperty("value").GetString() == contents.Merge.Base.WeightsDigest.Hex);
        Assert.Equal(contents.Decision.Tasks.Select(task => task.DataDigest.Hex), root.GetProperty("components").EnumerateArray().Select(data => data.GetProperty("hashes")[0].GetProperty("content").GetString()));
        var card = adapter.GetProperty("modelCard");
        var drift = Assert.Single(card.GetProperty("quantitativeAnalysis").GetProperty("performanceMetrics").EnumerateArray(), metric => metric.GetProperty("type").GetString()!.Contains("(gender-drift,", StringComparison.Ordinal));
        Assert.Equal(("0.214", "0.171", "0.257"), (drift.GetProperty("value").GetString(), drift.GetProperty("confidenceInterval").GetProperty("lowerBound").GetString(), drift.GetProperty("confidenceInterval").GetProperty("upperBound").GetString()));
        Assert.Contains(card.GetProperty("considerations").GetProperty("fairnessAssessments").EnumerateArray(), fairness => fairness.GetProperty("mitigationStrategy").GetString()!.EndsWith("outcome: failed.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_method_is_called_what_it_is()
    {
        var rslora = ReportSamples.Approved with { Inspection = ReportSamples.Approved.Inspection with { IsRslora = true } };
        var adapter = JsonDocument.Parse(Render(rslora)).RootElement.GetProperty("metadata").GetProperty("component");
        Assert.StartsWith("Adapter (rsLoRA): ", adapter.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.Equal("rsLoRA", adapter.GetProperty("modelCard").GetProperty("modelParameters").GetProperty("modelArchitecture").GetString());
    }

    [Fact]
    public void The_same_records_give_the_same_bytes_and_others_another_serial_number()
    {
        Assert.Equal(Render(ReportSamples.Approved), Render(ReportSamples.Approved));
        Assert.NotEqual(Serial(ReportSamples.Approved), Serial(ReportSamples.RejectedByBias));
    }

    private static byte[] Render(ReportContents contents) => CycloneDxBom.Render(contents.Decision, contents.Inspection, contents.Merge, contents.Run, "9.9");

    private static string? Serial(ReportContents contents) => JsonDocument.Parse(Render(contents)).RootElement.GetProperty("serialNumber").GetString();

    private static ReportContents Of(string sample) => sample switch
    {
        nameof(ReportSamples.Approved) => ReportSamples.Approved,
        nameof(ReportSamples.RejectedByBias) => ReportSamples.RejectedByBias,
        nameof(ReportSamples.Undecided) => ReportSamples.Undecided,
        nameof(ReportSamples.Hostile) => ReportSamples.Hostile,
        _ => ReportSamples.SixtyRules,
    };
}
