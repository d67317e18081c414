using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Loragate.Cli.Output;

/// <summary>Progress of long work on one line that is redrawn; on a screen that cannot redraw, a line every ten seconds.</summary>
/// <param name="screen">Where to draw.</param>
/// <param name="what">What is being done.</param>
internal sealed class ProgressLine(Screen screen, string what) : IDisposable
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Relog = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Lock _lock = new();
    private TimeSpan _next = TimeSpan.Zero;
    private bool _drawn;

    /// <summary>Tells how much is done, in any unit, and what else there is to say; cheap when called often.</summary>
    public void Report(long done, long total, string? detail = null)
    {
        if (_clock.Elapsed < _next || total <= 0)
            return;
        lock (_lock)
        {
            var elapsed = _clock.Elapsed;
            if (elapsed < _next)
                return;
            var interactive = screen.People.Profile.Capabilities.Interactive && screen.People.Profile.Capabilities.Ansi;
            if (!interactive && _next == TimeSpan.Zero)
            {
                _next = Relog;
                return;
            }
            _next = elapsed + (interactive ? Redraw : Relog);
            var left = done > 0 ? TimeSpan.FromSeconds(elapsed.TotalSeconds * (total - done) / done) : TimeSpan.Zero;
            var line = string.Create(CultureInfo.InvariantCulture, $"{what} {100.0 * done / total:0} % · {Duration(left)} left{(detail is null ? "" : " · ")}{detail}");
            if (interactive)
                screen.People.Write(new ControlCode($"\r\u001b[K{line}"));
            else
                screen.Say(line);
            _drawn |= interactive;
        }
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        if (_drawn)
            screen.People.Write(new ControlCode("\r\u001b[K"));
    }

    private static string Duration(TimeSpan time) =>
        time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s") : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}
