using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Loragate.Artifacts;

/// <summary>Parts that do not depend on each other, on all processors, with the outcome that one processor would have given.</summary>
public static class InParallel
{
    /// <summary>The results in the order of their items. Of several faults the one of the earliest item is thrown, as itself.</summary>
    /// <param name="items">The items.</param>
    /// <param name="select">What is made of each.</param>
    public static TResult[] Select<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> select)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(select);
        var results = new TResult[items.Count];
        ForEach(Enumerable.Range(0, items.Count), new ParallelOptions(), i => results[i] = select(items[i]));
        return results;
    }

    /// <summary>Runs an action for every item, the largest first, so that no long one is left at the end. Of several faults the one of the largest is thrown, as itself.</summary>
    /// <param name="items">The items.</param>
    /// <param name="size">How large one is.</param>
    /// <param name="options">How many at once, and what stops them.</param>
    /// <param name="action">The action.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static void LargestFirst<T>(IEnumerable<T> items, Func<T, long> size, ParallelOptions options, Action<T> action) => ForEach(items.OrderByDescending(size), options, action);

    /// <summary>Runs an action for every item, begun in the order given. Of several faults the one of the earliest item is thrown, as itself.</summary>
    /// <param name="items">The items; each is taken when a processor is free for it.</param>
    /// <param name="options">How many at once, and what stops them.</param>
    /// <param name="action">The action.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static void ForEach<T>(IEnumerable<T> items, ParallelOptions options, Action<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var faults = new ConcurrentDictionary<long, ExceptionDispatchInfo>();
        Parallel.ForEach(Partitioner.Create(items, EnumerablePartitionerOptions.NoBuffering), options, (item, state, index) =>
        {
            try
            {
                action(item);
            }
            catch (Exception fault)
            {
                faults[index] = ExceptionDispatchInfo.Capture(fault);
                // Items before this one are still done, so that the earliest fault is found.
                state.Break();
            }
        });
        if (!faults.IsEmpty)
            faults.MinBy(fault => fault.Key).Value.Throw();
    }
}
