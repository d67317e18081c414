using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Loragate.MergeEngine;

/// <summary>Tensors side by side, the largest first.</summary>
internal static class ParallelWork
{
    /// <summary>Runs an action for every item; the first fault is thrown as itself.</summary>
    public static void Run<T>(IEnumerable<T> items, Func<T, long> size, ParallelOptions options, Action<T> action)
    {
        try
        {
            Parallel.ForEach(Partitioner.Create(items.OrderByDescending(size), EnumerablePartitionerOptions.NoBuffering), options, action);
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
        }
    }
}
