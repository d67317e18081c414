namespace Loragate.Governance.Reports.Layout;

/// <summary>Places slabs on pages: what must stay together stays together, and table heads come again on every page.</summary>
internal sealed class PageFlow
{
    private readonly List<List<PlacedSlab>> _pages = [[]];
    private float _used;

    private PageFlow()
    {
    }

    private List<PlacedSlab> Page => _pages[^1];

    /// <summary>The pages that the slabs fill, at least one.</summary>
    public static IReadOnlyList<IReadOnlyList<PlacedSlab>> Place(IReadOnlyList<Slab> slabs)
    {
        var flow = new PageFlow();
        for (var start = 0; start < slabs.Count;)
        {
            var end = start + 1;
            while (end < slabs.Count && slabs[end - 1].KeepWithNext)
                end++;
            flow.PlaceTogether([.. slabs.Skip(start).Take(end - start)]);
            start = end;
        }
        return flow._pages;
    }

    private void PlaceTogether(IReadOnlyList<Slab> unit)
    {
        // A unit higher than a page cannot stay together: it breaks where it must.
        if (unit.Count > 1 && unit.Sum(slab => slab.Height) > Look.BodyHeight)
        {
            foreach (var slab in unit)
                PlaceTogether([slab]);
            return;
        }
        // The space at its end may hang over the foot: nothing is drawn there.
        if (_used > 0 && (unit[0].StartsPage || _used + unit.Reverse().SkipWhile(slab => slab.IsSpace).Sum(slab => slab.Height) > Look.BodyHeight))
            Begin(unit[0].Head);
        foreach (var slab in unit)
            Put(slab);
    }

    private void Begin(Slab? head)
    {
        _pages.Add([]);
        _used = 0;
        if (head is not null)
            Put(head);
    }

    private void Put(Slab slab)
    {
        if (slab.IsSpace && _used == 0)
            return;
        Page.Add(new PlacedSlab(slab, Look.Top + _used));
        _used += slab.Height;
    }
}
