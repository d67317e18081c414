namespace Loragate.Governance.Reports.Charts;

/// <summary>Labels in a drawing 100 wide: a letter is 5 wide, a line 10 high, a label stands 4 from its point.</summary>
public sealed class PointLabelsTests
{
    private static readonly PointLabels Room = new(text => 5 * text.Length, 10, 4, 100);

    [Fact]
    public void Points_apart_have_each_its_label_on_the_right()
    {
        Assert.Equal([new PointLabel("1", 14, 5, 20), new PointLabel("2", 64, 5, 80)], Room.Place([(10, 20, "1"), (60, 80, "2")]));
    }

    [Fact]
    public void Points_on_one_place_share_a_label()
    {
        var label = Assert.Single(Room.Place([(10, 20, "1"), (10, 20, "2"), (10, 22, "3")]));
        Assert.Equal("1, 2, 3", label.Text);
    }

    [Fact]
    public void A_label_of_many_names_the_first_and_the_last()
    {
        var label = Assert.Single(Room.Place([.. Enumerable.Range(1, 9).Select(i => (10.0, 20.0, $"{i}"))]));
        Assert.Equal("1, 2, 3 … 9", label.Text);
    }

    [Fact]
    public void A_label_turns_left_before_another_point_and_before_the_edge()
    {
        Assert.Equal([41.0, 59.0], Room.Place([(50, 20, "1"), (55, 20, "2")]).Select(label => label.Left));
        Assert.Equal(88, Assert.Single(Room.Place([(97, 20, "1")])).Left);
    }

    [Fact]
    public void However_close_the_points_no_label_lies_over_another()
    {
        // 60 points on three columns that nearly touch, every second one on a height of its own.
        var labels = Room.Place([.. Enumerable.Range(0, 60).Select(i => (20.0 + (i % 3 * 3), i / 2 * 3.0, $"{i + 1}"))]);
        Assert.All(labels.Index(), one => Assert.All(labels.Skip(one.Index + 1), other =>
            Assert.False(Math.Abs(one.Item.Middle - other.Middle) < 10 && one.Item.Left < other.Right && other.Left < one.Item.Right, $"{one.Item} and {other}")));
    }
}
