using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// E' = E + s·(B·A)ᵀ over an embedding (tokens, dimension) (PEFT lora/layer.py, Embedding.get_delta_weight). The model's own
/// embedding scale is applied in its forward pass and takes no part. A head that is tied to the embedding keeps E: it is written as a tensor of its own.
/// </summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">The embedding.</param>
/// <param name="A">A, (r, tokens).</param>
/// <param name="B">B, (dimension, r).</param>
/// <param name="R">r.</param>
/// <param name="S">s.</param>
public sealed record EmbeddingDelta(string Module, TensorPlan Target, TensorInfo A, TensorInfo B, int R, double S) : Delta(Module, Target, [A, B])
{
    /// <inheritdoc/>
    public override string Kind => "embedding";

    /// <inheritdoc/>
    public override int Rank => R;

    /// <inheritdoc/>
    public override double Scale => S;

    /// <inheritdoc/>
    internal override UpdateSource ReadUpdate(FactorReader reader, double weight) =>
        new LowRankUpdate(LowRankFactors.Of(reader.Read(B), reader.Read(A), R, weight * S).Transpose());

    /// <summary>Covers a module's lora_embedding_A, lora_embedding_B and magnitude vector.</summary>
    internal static void Cover(AdapterModule module, CoverageBuilder cover)
    {
        if (module[AdapterPart.EmbeddingA] is not { } a || module[AdapterPart.EmbeddingB] is not { } b)
        {
            cover.Block("missing-factor", module.Path, "the embedding has one factor of two", "Save the adapter again: lora_embedding_A or lora_embedding_B is missing.");
            return;
        }
        DoraDelta.CheckPresence(module, cover);
        var rank = cover.Config.RankOf(module.Path);
        if (a.Shape.Count != 2 || b.Shape.Count != 2 || a.Shape[0] != rank || b.Shape[1] != rank)
            cover.Block("rank-mismatch", module.Path, $"the config says rank {rank}, A is {a.ShapeText} and B is {b.ShapeText}", "Restore the config that belongs to these weights.");
        else if (cover.Find(module.Path, "weight") is { } target)
            Add(module, cover, new EmbeddingDelta(module.Path, target, a, b, rank, cover.Config.ScaleOf(module.Path)));
    }

    private static void Add(AdapterModule module, CoverageBuilder cover, EmbeddingDelta delta)
    {
        var (tokens, dimension) = (delta.A.Shape[1], delta.B.Shape[0]);
        var magnitude = cover.Config.UseDora ? module[AdapterPart.Magnitude] : null;
        if (!delta.Target.Shape.SequenceEqual([tokens, dimension]) || (magnitude is { } m && m.Elements != dimension))
            cover.Block("shape-mismatch", module.Path, $"(B·A)ᵀ is [{tokens}, {dimension}], the base tensor is [{string.Join(", ", delta.Target.Shape)}]", "Merge into the base that the adapter was trained on.");
        else
            cover.Add(magnitude is null ? delta : new DoraDelta(delta, magnitude, IsByColumn: true));
    }
}
