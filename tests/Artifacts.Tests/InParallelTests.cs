namespace Loragate.Artifacts;

public sealed class InParallelTests
{
    [Fact]
    public void Results_come_in_the_order_of_their_items() =>
        Assert.Equal(Enumerable.Range(0, 500).Select(i => i * i), InParallel.Select([.. Enumerable.Range(0, 500)], i => i * i));

    [Fact]
    public void Of_several_faults_the_earliest_items_is_thrown_as_itself()
    {
        int[] items = [.. Enumerable.Range(0, 200)];
        for (var round = 0; round < 20; round++)
        {
            var fault = Assert.Throws<IntegrityException>(() => InParallel.Select(items, item =>
            {
                if (item < 90)
                    Thread.SpinWait(5000);
                return item is 90 or 91 or 150 or 199 ? throw new IntegrityException($"file {item}", "damaged") : item;
            }));
            Assert.Equal("file 90", fault.Place);
        }
    }
}
