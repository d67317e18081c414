namespace Loragate.EvalHarness.Models;

/// <summary>Heads of an attention layer; each key-value head serves <see cref="Group"/> query heads (Ainslie et al., arXiv 2305.13245).</summary>
/// <param name="Heads">Query heads.</param>
/// <param name="KeyValueHeads">Key and value heads.</param>
/// <param name="HeadSize">Numbers in a head.</param>
internal sealed record AttentionShape(int Heads, int KeyValueHeads, int HeadSize)
{
    public int Group => Heads / KeyValueHeads;

    /// <summary>Rows of the stacked query, key and value matrix.</summary>
    public int StackedRows => (Heads + (2 * KeyValueHeads)) * HeadSize;
}
