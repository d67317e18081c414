namespace Loragate.Governance.Reports.Layout;

public sealed class PageFlowTests
{
    [Fact]
    public void A_heading_is_never_the_last_on_its_page()
    {
        for (var filler = 0f; filler < Look.BodyHeight; filler += 7)
        {
            var heading = Strip(30) with { KeepWithNext = true };
            var pages = PageFlow.Place([Strip(filler), heading, Strip(40)]);
            Assert.All(pages, page => Assert.NotSame(heading, page[^1].Slab));
        }
    }

    [Fact]
    public void Nothing_is_lost_and_nothing_reaches_over_the_edge()
    {
        Slab[] slabs = [.. Enumerable.Range(1, 300).Select(i => Strip(5 + (i % 90)) with { KeepWithNext = i % 3 == 0 })];
        var placed = PageFlow.Place(slabs).SelectMany(page => page).ToArray();
        Assert.Equal(slabs, placed.Select(each => each.Slab));
        Assert.All(placed, each => Assert.InRange(each.Y + each.Slab.Height, Look.Top, Look.PageHeight - Look.Bottom + 0.01f)); // summed floats
    }

    [Fact]
    public void A_table_head_stands_on_every_page_of_its_rows()
    {
        var head = Strip(20) with { KeepWithNext = true };
        var pages = PageFlow.Place([head, .. Enumerable.Range(0, 100).Select(_ => Strip(30) with { Head = head })]);
        Assert.True(pages.Count > 3);
        Assert.All(pages, page => Assert.Same(head, page[0].Slab));
    }

    [Fact]
    public void A_chain_higher_than_a_page_is_broken_all_the_same()
    {
        Slab[] chain = [.. Enumerable.Range(0, 100).Select(_ => Strip(30) with { KeepWithNext = true })];
        Assert.Equal(chain, PageFlow.Place(chain).SelectMany(page => page).Select(each => each.Slab));
    }

    [Fact]
    public void Space_below_what_just_fits_asks_for_no_other_page()
    {
        Slab[] slabs = [Strip(Look.BodyHeight - 30), Strip(30) with { KeepWithNext = true }, Slab.Space(10)];
        Assert.Single(PageFlow.Place(slabs));
        Assert.Equal(2, PageFlow.Place([.. slabs, Strip(1)]).Count);
    }

    private static Slab Strip(float height) => new(height, static (_, _, _) => { });
}
