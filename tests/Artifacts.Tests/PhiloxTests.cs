namespace Loragate.Artifacts;

public sealed class PhiloxTests
{
    /// <summary>The known answers of the authors' Random123 library (kat_vectors, philox4x32, 10 rounds).</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdcceb, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_its_known_answers(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint x0, uint x1, uint x2, uint x3) =>
        Assert.Equal((x0, x1, x2, x3), new Philox(k0, k1).Block(c0, c1, c2, c3));

    [Fact]
    public void A_number_of_a_stream_depends_on_every_part_of_its_key_and_on_its_index()
    {
        var streams = new[] { Philox.Stream("a", 1, "n", 0), Philox.Stream("b", 1, "n", 0), Philox.Stream("a", 2, "n", 0), Philox.Stream("a", 1, "m", 0), Philox.Stream("a", 1, "n", 1) };
        Assert.Equal(500, streams.SelectMany(s => Enumerable.Range(0, 100).Select(i => s.At((ulong)i))).Distinct().Count());
        Assert.NotEqual(streams[0].At(5), streams[0].At(5 + (1UL << 34)));
        Assert.All(Enumerable.Range(0, 1000), i => Assert.InRange(streams[0].Symmetric((ulong)i), -1 + double.Epsilon, 1 - 1e-12));
    }

    [Fact]
    public void Whole_numbers_below_a_limit_are_all_drawn_about_equally_often()
    {
        var stream = Philox.Stream("a", 1, "n", 0);
        var counts = Enumerable.Range(0, 60_000).Select(i => stream.Below(6, (ulong)i)).CountBy(face => face).ToDictionary();
        // Six standard deviations of a binomial count, √(60000 · 1/6 · 5/6) = 91.
        Assert.Equal([0, 1, 2, 3, 4, 5], counts.Keys.Order());
        Assert.All(counts.Values, count => Assert.InRange(count, 10_000 - 550, 10_000 + 550));
    }
}
