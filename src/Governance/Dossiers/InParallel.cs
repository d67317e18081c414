using System.Runtime.ExceptionServices;

namespace Loragate.Governance.Dossiers;

/// <summary>Parts that do not depend on each other, on all processors, with the outcome that one processor would have given.</summary>
internal static class InParallel
{
    /// <summary>The results in the order of their items. Of several faults the one of the earliest item is thrown, as itself.</summary>
    public static TResult[] Select<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> select)
    {
        var results = new TResult[items.Count];
        var faults = new ExceptionDispatchInfo?[items.Count];
        Parallel.For(0, items.Count, (i, state) =>
        {
            try
            {
                results[i] = select(items[i]);
            }
            catch (Exception e)
            {
                faults[i] = ExceptionDispatchInfo.Capture(e);
                // Items before this one are still done, so that the earliest fault is found.
                state.Break();
            }
        });
        Array.Find(faults, fault => fault is not null)?.Throw();
        return results;
    }
}
