namespace Loragate.Artifacts.Records.Merging;

public sealed class FidelityTests
{
    [Fact]
    public void A_total_adds_counts_and_squares_of_norms_and_takes_the_largest_step()
    {
        var total = Fidelity.Total([new(4, 1, 3, 6, 0.3) { LargestStep = 7, Saturated = 1, Flushed = 0 }, new(6, 2, 4, 8, 0.4) { LargestStep = 2, Saturated = 0, Flushed = 5 }]);
        // 3² + 4² = 5² and so on; 0.3² and 0.4² are rounded in double, the root within 2⁻⁵² of 0.5.
        Assert.Equal((10L, 3L, 5.0, 10.0), (total.Elements, total.Unchanged, total.UpdateNorm, total.BaseNorm));
        Assert.Equal(0.5, total.LostNorm, 1e-15);
        Assert.Equal((7L, 1L, 5L), (total.LargestStep, total.Saturated, total.Flushed));
        Assert.Equal(0.3, total.ShareUnchanged);
    }

    [Fact]
    public void What_one_tensor_did_not_count_the_total_does_not_know() =>
        Assert.Null(Fidelity.Total([new(1, 0, 1, 1, 0) { LargestStep = 1 }, new(1, 0, 1, 1, 0)]).LargestStep);

    [Fact]
    public void Nothing_lost_nothing() => Assert.Equal(0, Fidelity.Total([]).ShareLost);
}
