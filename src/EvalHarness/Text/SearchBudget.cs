using System.Diagnostics;

namespace Loragate.EvalHarness.Text;

/// <summary>How long regular expressions may search in all: one search that is just short enough, made for each of many rows, would never end. Safe for several threads.</summary>
/// <param name="most">The longest time of all searches together.</param>
internal sealed class SearchBudget(TimeSpan most)
{
    private long _ticks;

    /// <summary>Runs a search.</summary>
    /// <param name="search">The search.</param>
    /// <param name="fault">Makes the exception, from what is wrong, where all searches together took longer.</param>
    public T Run<T>(Func<T> search, Func<string, Exception> fault)
    {
        var began = Stopwatch.GetTimestamp();
        var result = search();
        var searched = Interlocked.Add(ref _ticks, Stopwatch.GetElapsedTime(began).Ticks);
        return searched <= most.Ticks ? result : throw fault($"regular expressions that search for more than {most.TotalSeconds} s in all");
    }
}
