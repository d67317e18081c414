using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Layouts;

namespace Loragate.MergeEngine.Deltas;

/// <summary>
/// E'[rows[i]] = the adapter's row i: trainable tokens, of a LoRA or as a method of their own (PEFT trainable_tokens/layer.py, merge: index_copy; the
/// tensor is called "delta" and holds whole rows). Where the head is tied it follows, as PEFT ties its wrapper.
/// </summary>
/// <param name="Module">The adapter's module.</param>
/// <param name="Target">The embedding, (tokens, dimension).</param>
/// <param name="Values">The new rows.</param>
/// <param name="Rows">Where they go.</param>
public sealed record ReplacedRows(string Module, TensorPlan Target, TensorInfo Values, IReadOnlyList<long> Rows) : Delta(Module, Target, [Values])
{
    /// <inheritdoc/>
    public override string Kind => "rows";

    /// <inheritdoc/>
    public override bool IsExclusive => true;

    /// <summary>Covers a module's trainable_tokens_delta.</summary>
    internal static void Cover(AdapterModule module, CoverageBuilder cover)
    {
        var values = module[AdapterPart.TokenRows] ?? module[AdapterPart.OnlyTokenRows]!;
        if (cover.Config.TokenIndices.Where(p => IsFor(p.Key, module.Path)).Select(p => p.Value).FirstOrDefault() is not { } rows)
        {
            cover.Block("token-index", module.Path, $"has replaced rows, but {cover.Config.TokenKey} does not say which", "Restore the config that belongs to these weights.");
            return;
        }
        if (rows.Distinct().Count() != rows.Count || values.Shape.Count != 2 || values.Shape[0] != rows.Count)
        {
            cover.Block("token-index", module.Path, $"{cover.Config.TokenKey} names {rows.Distinct().Count()} rows, the adapter holds {values.ShapeText}", "Restore the config that belongs to these weights.");
            return;
        }
        if (cover.Find(module.Path, "weight") is not { } target)
            return;
        if (target.Shape.Count != 2 || target.Shape[1] != values.Shape[1])
            cover.Block("shape-mismatch", module.Path, $"the rows are {values.ShapeText}, the base tensor is [{string.Join(", ", target.Shape)}]", "Merge into the base that the adapter was trained on.");
        else if (rows.Any(r => r >= target.Shape[0]))
            cover.Block("token-index", module.Path, $"row {rows.Max()} is beyond the {target.Shape[0]} of the base", "Merge into the base that the adapter was trained on.");
        else
            cover.Add(new ReplacedRows(module.Path, target, values, rows));
    }

    /// <summary>Whether a key of trainable_token_indices means a module; the empty key means the input embedding.</summary>
    internal static bool IsFor(string key, string module) =>
        key.Length == 0 ? BaseLayout.IsEmbedding(module) : module == key || module.EndsWith("." + key, StringComparison.Ordinal);
}
