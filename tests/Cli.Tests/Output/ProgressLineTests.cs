using System.Text;
using Spectre.Console;

namespace Loragate.Cli.Output;

public sealed class ProgressLineTests
{
    [Fact]
    public void What_a_run_before_had_done_does_not_shorten_the_time_that_is_left()
    {
        // 900 of 1,000 were done before; of the 100 that are left this run does one a second.
        var lines = Told((0, 900, true), (20, 920, true), (40, 940, true));
        Assert.Equal(["Training 92 % · 1 min 20 s left", "Training 94 % · 1 min 0 s left"], lines);
    }

    [Fact]
    public void While_nothing_is_counted_no_time_is_told() =>
        Assert.Equal(["Training 0 %", "Training 0 %", "Training 50 % · 20 s left", "Training 50 %"], Told((0, 0, false), (20, 0, false), (40, 0, true), (60, 500, true), (80, 500, false)));

    [Fact]
    public void What_is_begun_right_after_a_step_is_told_and_not_only_the_step() =>
        Assert.Equal(
            ["Training 11 % · 1 min 29 s left", "Training 12 %", "Training 14 % · 1 min 26 s left", "Training 16 %"],
            Told((0, 0, true), (11, 110, true), (12, 120, false), (13, 130, false), (14, 140, true), (15, 150, true), (16, 160, false)));

    [Fact]
    public void What_is_said_meanwhile_has_a_line_of_its_own()
    {
        using var text = new StringWriter();
        var screen = new Screen(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text), Interactive = InteractionSupport.Yes, Ansi = AnsiSupport.Yes }), Stream.Null);
        using (var line = new ProgressLine(screen, "Trying"))
        {
            line.Report(1, 4);
            screen.Say("a note");
        }
        Assert.Equal($"\r\u001b[KTrying 25 %\r\u001b[Ka note{Environment.NewLine}", text.ToString());
    }

    /// <summary>The lines that are told of 1,000 pieces of work, at these seconds so many done.</summary>
    private static string[] Told(params (int Second, long Done, bool IsCounted)[] reports)
    {
        var (clock, text) = (new HandClock(), new StringBuilder());
        using (var writer = new StringWriter(text))
        {
            var screen = Screen.To(writer, Stream.Null);
            using var line = new ProgressLine(screen, "Training", clock);
            foreach (var (second, done, isCounted) in reports)
            {
                clock.Second = second;
                line.Report(done, 1000, isCounted: isCounted);
            }
        }
        return text.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Is set by hand.</summary>
    private sealed class HandClock : TimeProvider
    {
        public int Second { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Second;
    }
}
