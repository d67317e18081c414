using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Loragate.MergeEngine;

/// <summary>Tensors side by side.</summary>
internal static class ParallelWork
{
    /// <summary>Runs an action for every item, the largest first; the first fault is thrown as itself.</summary>
    public static void Run<T>(IEnumerable<T> items, Func<T, long> size, ParallelOptions options, Action<T> action) =>
        RunInOrder(items.OrderByDescending(size), options, action);

    /// <summary>Runs an action for every item, begun in the order given; the first fault is thrown as itself.</summary>
    public static void RunInOrder<T>(IEnumerable<T> items, ParallelOptions options, Action<T> action)
    {
        try
        {
            Parallel.ForEach(Partitioner.Create(items, EnumerablePartitionerOptions.NoBuffering), options, action);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }
}
