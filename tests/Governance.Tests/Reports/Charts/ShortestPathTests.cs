namespace Loragate.Governance.Reports.Charts;

public sealed class ShortestPathTests
{
    [Theory]
    [InlineData("q_proj k_proj", "q_proj k_proj")]
    [InlineData("self_attn.q_proj mlp.up_proj", "q_proj up_proj")]
    [InlineData("self_attn.q_proj cross_attn.q_proj mlp.up_proj", "self_attn.q_proj cross_attn.q_proj up_proj")]
    [InlineData("a.attn.q b.attn.q b.mlp.q", "a.attn.q b.attn.q mlp.q")]
    [InlineData("attn.q x.attn.q", "attn.q x.attn.q")] // one that ends the other has no shorter name
    [InlineData("wq q", "wq q")] // parts are compared, not letters
    public void A_name_has_as_few_parts_as_tell_it_from_every_other(string paths, string names)
    {
        Assert.Equal(names.Split(' '), ShortestPath.Of(paths.Split(' ')));
        Assert.Distinct(ShortestPath.Of(paths.Split(' ')));
    }
}
