using System.Globalization;

namespace Loragate.Cli.Output;

/// <summary>Progress of long work on one line that is redrawn; on a screen that cannot redraw, a line every ten seconds.</summary>
/// <param name="screen">Where to draw.</param>
/// <param name="what">What is being done.</param>
/// <param name="clock">The clock; the system's unless given.</param>
internal sealed class ProgressLine(Screen screen, string what, TimeProvider? clock = null) : IDisposable
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Relog = TimeSpan.FromSeconds(10);

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly long _start = (clock ?? TimeProvider.System).GetTimestamp();
    private readonly Lock _lock = new();
    private TimeSpan _next = TimeSpan.Zero;
    private (long Done, TimeSpan At)? _origin;
    private bool _wasCounted;

    private TimeSpan Elapsed => _clock.GetElapsedTime(_start);

    /// <summary>
    /// Tells how much is done, in any unit, and what else there is to say; cheap when called often. What was done when it was first called was done before, by a run that this one goes on with: the time
    /// that is left is told by what is done since. A report of another kind than the last, counted or not, is told at once: what is not counted may be the last for long.
    /// </summary>
    /// <param name="done">How much is done.</param>
    /// <param name="total">How much there is.</param>
    /// <param name="detail">What else there is to say.</param>
    /// <param name="isCounted">Whether what is being done now is counted; where it is not, no time is told.</param>
    public void Report(long done, long total, string? detail = null, bool isCounted = true)
    {
        if (isCounted && _origin is null)
        {
            lock (_lock)
                _origin ??= (done, Elapsed);
        }
        if (Elapsed < _next && isCounted == _wasCounted || total <= 0)
            return;
        lock (_lock)
        {
            var elapsed = Elapsed;
            if (elapsed < _next && isCounted == _wasCounted)
                return;
            _wasCounted = isCounted;
            var interactive = screen.People.Profile.Capabilities.Interactive && screen.People.Profile.Capabilities.Ansi;
            if (!interactive && _next == TimeSpan.Zero)
            {
                _next = Relog;
                return;
            }
            _next = elapsed + (interactive ? Redraw : Relog);
            var left = isCounted && _origin is { } origin && done > origin.Done ? $" · {Duration((elapsed - origin.At) * ((double)(total - done) / (done - origin.Done)))} left" : "";
            var line = string.Create(CultureInfo.InvariantCulture, $"{what} {100.0 * done / total:0} %{left}{(detail is null ? "" : " · ")}{detail}");
            if (interactive)
                screen.Redraw(line);
            else
                screen.Say(line);
        }
    }

    /// <summary>Clears the line.</summary>
    public void Dispose() => screen.ClearLine();

    private static string Duration(TimeSpan time) =>
        time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s") : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");
}
