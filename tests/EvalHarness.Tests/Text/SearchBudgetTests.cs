using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Text;

public sealed class SearchBudgetTests
{
    [Fact]
    public void Searches_together_may_take_no_longer_than_one_may()
    {
        var budget = new SearchBudget(TimeSpan.FromMilliseconds(50));
        Assert.Equal(1, budget.Run(() => 1, Fault));
        var refusal = Assert.Throws<InvalidOperationException>(() => Enumerable.Range(0, 20).Select(_ => budget.Run(Slowly, Fault)).ToList());
        Assert.Contains("more than 0.05 s in all", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_renderings_of_a_template_share_what_they_may_search()
    {
        var template = Template.Parse("{{ q | regex_replace('(a|b|ab)*c', '') }}", "t.yaml", TemplateOptions.Task with { MaxSearching = TimeSpan.FromMilliseconds(50) });
        var row = new Dictionary<string, Value> { ["q"] = new StringValue(string.Concat(Enumerable.Repeat("ab", 9))) };
        var refusal = Assert.Throws<TemplateException>(() =>
        {
            for (var i = 0; i < 1_000_000; i++)
                template.Render(row);
        });
        Assert.Contains("in all", refusal.Fault, StringComparison.Ordinal);
    }

    private static int Slowly()
    {
        Thread.Sleep(10);
        return 1;
    }

    private static InvalidOperationException Fault(string fault) => new(fault);
}
