using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Evaluating;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Records.Training;
using Loragate.Cli.Output;
using Spectre.Console;

namespace Loragate.Cli.Trials;

public sealed class TrialTableTests
{
    private static readonly Digest Some = Digest.Of("some"u8);

    [Fact]
    public void Every_trial_of_the_last_round_is_a_row_beside_the_base_with_what_it_cost_and_how_fast_it_is()
    {
        var rows = Shown(Halved(), Costs());
        Assert.Equal("trial | routing % [95 %] | against the base | facts % [95 %] | trained | bytes | time (processor) | memory | energy | token time, live | merged", rows[0]);
        Assert.Equal("base | 50.0 [39.8, 60.2] | – | 90.0 [82.4, 95.1] | – | – | – | – | – | 2.00 ms | –", rows[1]);
        Assert.Equal("lora-r8 | 80.0 [70.8, 87.3] | +30 −0, p 1.9e-9 | 88.0 [80.0, 93.6] | 90,112 | 367,528 | 22 s (21 s) | 374 MB | 0.7 kJ | 3.00 ms (150 %) | 2.02 ms (101 %)", rows[2]);
        Assert.Equal("full | 70.0 [60.0, 78.8] | +20 −0, p 1.9e-6 | 88.0 [80.0, 93.6] | 90,112 | 367,528 | 10 s (9 s) | – | 0.3 kJ | 2.20 ms (110 %) | –", rows[3]);
    }

    [Fact]
    public void Those_that_went_no_further_are_rows_with_what_they_cost_and_all_training_is_summed()
    {
        var rows = Shown(Halved(), Costs());
        Assert.Contains("round | steps | trial | validation loss | facts % [95 %] | time (processor) | memory | energy | went on", rows);
        Assert.Contains("1 | 80 | lora-r8 | 0.512 | 90.0 [82.4, 95.1] | 8 s (7 s) | 370 MB | 0.2 kJ | yes", rows);
        Assert.Contains("1 | 80 | lora-r2 | 0.900 | 60.0 [49.7, 69.7] | 6 s (5 s) | 360 MB | 0.2 kJ | no", rows);
        Assert.Contains("1 | 80 | wild | given up | – | – | – | – | no", rows);
        Assert.Contains("All training together (4 runs): 47 s (42 s), 1.4 kJ; of 1 more, which were interrupted, nobody knows what they took.", rows);
        Assert.Contains("Given up in round 1: wild, step 2: no number.", rows);
    }

    [Fact]
    public void What_the_layers_are_worth_and_how_many_directions_changed_is_told_by_layer_and_by_kind_of_module()
    {
        var rows = Shown(Halved(), Costs());
        Assert.Contains("trial | layer | loss without it | of rank | effective rank | 90 % of energy | 99 % of energy", rows);
        Assert.Contains("lora-r8 | 0 | 0.104 | 8 | 3.5 | 4.5 | 6.5", rows);
        Assert.Contains("lora-r8 | 10 | -0.020 | 8 | 4.5 | 5.5 | 7.5", rows);
        Assert.Contains("full | 0 | – | 128 | 20.5 | 31 | 65", rows);
        Assert.Contains("trial | module | of rank | effective rank | 90 % of energy | 99 % of energy", rows);
        Assert.Contains("lora-r8 | q_proj | 8 | 4 | 5 | 7", rows);
        Assert.Contains("lora-r8 | v_proj | 8 | 4 | 5 | 7", rows);
    }

    [Fact]
    public void Trials_are_held_against_another_one_where_that_is_asked_for()
    {
        var rows = Shown(Halved(), Costs(), Halved().Results[0].Id);
        Assert.StartsWith("trial | routing % [95 %] | against lora-r8 | ", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("base | 50.0 [39.8, 60.2] | +0 −30, p 1.9e-9 | ", rows[1], StringComparison.Ordinal);
        Assert.StartsWith("lora-r8 | 80.0 [70.8, 87.3] | – | ", rows[2], StringComparison.Ordinal);
        Assert.StartsWith("full | 70.0 [60.0, 78.8] | +0 −10, p 2e-3 | ", rows[3], StringComparison.Ordinal);
        Assert.StartsWith("p: McNemar's exact test against lora-r8, of each trial by itself.", rows[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_merged_update_that_memory_lacked_for_is_told_with_what_it_takes()
    {
        var costs = Costs();
        var rows = Shown(Halved(), costs with { Costs = [.. costs.Costs.Select(cost => cost.MergedTokenSeconds is null ? cost : cost with { MergedTokenSeconds = null, LackedBytes = 807_000_000 })] });
        Assert.EndsWith(" | 3.00 ms (150 %) | no memory", rows[2], StringComparison.Ordinal);
        Assert.Contains("Merged was not timed where a copy of the base to merge into, with what it takes to make it, was more than the memory that was free (807 MB).", rows);
    }

    [Theory]
    [InlineData("cpu", "Time, memory (of the process, the base in it) and speed are this machine's and today's.")]
    [InlineData("cuda", "Time, memory (a GPU's is not measured) and speed are this machine's and today's.")]
    public void The_note_says_whose_the_memory_is(string device, string words) =>
        Assert.EndsWith(words, Shown(Halved() with { Engine = new EngineInfo("loragate.trial", "v", "p", device) }, Costs())[^1], StringComparison.Ordinal);

    [Fact]
    public void Of_one_round_without_costs_or_changes_there_is_one_table()
    {
        var report = Halved();
        var rows = Shown(report with { Rounds = [report.Rounds[1]], Retained = null, Results = [report.Results[0] with { Retained = null, Spectrum = [], Layers = [] }] }, new TrialCosts([]));
        Assert.Equal("lora-r8 | 80.0 [70.8, 87.3] | +30 −0, p 1.9e-9 | – | 90,112 | 367,528 | – | – | – | – | –", rows[2]);
        Assert.Equal(4, rows.Count);
    }

    private static TrialReport Halved() => new(
        new EngineInfo("loragate.trial", "v", "successive-halving-3/4", "cpu"), Some, "plan", new CheckpointIdentity("base", Some, Some), Score("routing", 50), Score("facts", 90), new TrialMargins(0.05, 0.1),
        [
            new TrialRound(80, [new TrialRun("lora-r8", 0.512, Some, Score("facts", 90)), new TrialRun("lora-r2", 0.9, Some, Score("facts", 60)), new TrialRun("wild", null, null, null, "step 2: no number")]),
            new TrialRound(240, [new TrialRun("lora-r8", 0.3, Some), new TrialRun("full", 0.4, Some)]),
        ],
        [
            Result("lora-r8", "lora", 80) with
            {
                Spectrum = [Module(0, "q_proj", 8, 3, 4, 6), Module(0, "v_proj", 8, 4, 5, 7), Module(10, "q_proj", 8, 5, 6, 8), Module(10, "v_proj", 8, 4, 5, 7)],
                Layers = [new LayerEffect(0, 0.1042), new LayerEffect(10, -0.02)],
            },
            Result("full", "full", 70) with { Spectrum = [Module(0, "q_proj", 128, 20.5, 31, 65)] },
        ]);

    private static TrialCosts Costs() => new(
    [
        new TrialCost("lora-r8", 1, new Cost(8, 7, 370_000_000), null, null),
        new TrialCost("lora-r2", 1, new Cost(6, 5, 360_000_000), null, null),
        new TrialCost("wild", 1, null, null, null),
        new TrialCost("lora-r8", 2, new Cost(22.4, 21, 374_000_000), 0.003, 0.002, 0.00202),
        new TrialCost("full", 2, new Cost(10.2, 9, null), 0.0022, 0.002),
    ],
        30);

    private static TrialResult Result(string id, string method, int right) =>
        new(id, new TrainedMethod(method, new Dictionary<string, string>()), 0.004, 90_112, 367_528, 0.3, Score("routing", right), Score("facts", 88), [], []);

    private static ModuleSpectrum Module(int layer, string kind, int rank, double effective, int most, int nearlyAll) => new($"model.layers.{layer}.self_attn.{kind}", rank, effective, most, nearlyAll);

    private static TrialScore Score(string task, int right) => new(task, "acc", Some, [.. Enumerable.Range(0, 100).Select(i => i < right ? 1.0 : 0)], Some);

    /// <summary>What is shown, line by line, with a bar between cells.</summary>
    private static List<string> Shown(TrialReport report, TrialCosts costs, string? reference = null)
    {
        var text = new StringBuilder();
        using (var writer = new StringWriter(text))
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer), Interactive = InteractionSupport.No, Ansi = AnsiSupport.No });
            console.Profile.Width = 400;
            TrialTable.Show(new Tool(new Screen(console, Stream.Null), TimeProvider.System), new TriedFolder("", report, costs, null), costs.Watts, report.Results.FirstOrDefault(result => result.Id == reference));
        }
        return [.. text.ToString().Split(Environment.NewLine).Select(line => string.Join(" | ", line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))).Where(line => line.Length > 0 && !line.StartsWith('─'))];
    }
}
