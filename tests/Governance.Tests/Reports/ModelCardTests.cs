using System.Globalization;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace Loragate.Governance.Reports;

public sealed class ModelCardTests
{
    [Theory]
    [MemberData(nameof(ReportSamples.All), MemberType = typeof(ReportSamples))]
    public void A_foreign_reader_of_YAML_finds_base_metrics_and_names_in_the_front_matter(string name, ReportLanguage language)
    {
        var contents = ReportSamples.Named[name];
        var parts = Encoding.UTF8.GetString(ModelCard.Render(contents, language)).Split("---\n", 3);
        Assert.Equal("", parts[0]);
        var yaml = new YamlStream();
        yaml.Load(new StringReader(parts[1]));
        var matter = (YamlMappingNode)Assert.Single(yaml.Documents).RootNode;
        Assert.Equal("peft", Text(matter["library_name"]));
        Assert.Equal(contents.Inspection.DeclaredBase, Text(matter["base_model"]));
        Assert.Equal(contents.CandidateEvaluations.Count > 0, matter.Children.ContainsKey("model-index"));
        if (contents.CandidateEvaluations.Count == 0)
            return;
        var model = Assert.Single((YamlSequenceNode)matter["model-index"]);
        Assert.Equal(contents.Decision.Adapter.Name, Text(model["name"]));
        var results = (YamlSequenceNode)model["results"];
        Assert.Equal(contents.CandidateEvaluations.Select(evaluation => evaluation.Report.Task.Name), results.Select(result => Text(result["dataset"]["name"])));
        Assert.Equal(
            contents.CandidateEvaluations.SelectMany(evaluation => evaluation.Report.Metrics).Select(metric => (metric.Name, metric.Value)),
            results.SelectMany(result => (YamlSequenceNode)result["metrics"]).Select(metric => (Text(metric["type"])!, double.Parse(Text(metric["value"])!, CultureInfo.InvariantCulture))));
    }

    private static string? Text(YamlNode node) => ((YamlScalarNode)node).Value;
}
